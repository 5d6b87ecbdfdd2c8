import { createHash } from 'node:crypto';

/** What makes two Dispatches the same request: not how long the caller waits for the answer. */
export interface HashedRequest {
  readonly initiatedBy: string | undefined;
  readonly tenantId: string | undefined;
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly agentId: string;
  /** The JSON text as it was sent. */
  readonly metadata: string;
  readonly ringingTimeoutSeconds: number;
  readonly maxDurationSeconds: number;
}

/** SHA-256 in hex over the request's fields in a fixed order. */
export function requestHash(request: HashedRequest): string {
  const fields = [
    request.initiatedBy?.toLowerCase() ?? '',
    request.tenantId?.toLowerCase() ?? '',
    request.fromNumber,
    request.toNumber,
    request.agentId,
    request.metadata,
    request.ringingTimeoutSeconds,
    request.maxDurationSeconds,
  ];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
