import { BadRequest, ErrorInfo, Rejection, RpcStatus } from '@dialplane/contracts';
import type { Metadata } from '@grpc/grpc-js';

import type { Fault, Violation } from './status-error.ts';
import { ERROR_DOMAIN, TYPE_URL } from './to-rpc-status.ts';
import { DETAILS_TRAILER } from './to-service-error.ts';

/** What a Dialplane server says about an error besides its status and message. */
export interface StatusDetails {
  readonly reason?: string;
  readonly fault?: Fault;
  readonly retryable?: boolean;
  readonly hint?: string;
  /** Further facts by name, for example `call_log_id`. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly violations?: readonly Violation[];
  readonly rejection?: Rejection;
}

/** Reads the details of a failed call; empty when there are none, or none that can be read. */
export function readStatusDetails(error: { readonly metadata?: Metadata | undefined }): StatusDetails {
  const bytes = error.metadata?.get(DETAILS_TRAILER)[0];
  if (!Buffer.isBuffer(bytes)) return {};
  try {
    return readRpcStatus(RpcStatus.decode(bytes));
  } catch {
    return {};
  }
}

/** Reads the details of a status that is part of a reply. */
export function readRpcStatus({ details }: RpcStatus): StatusDetails {
  return details.reduce<StatusDetails>((read, any) => ({ ...read, ...readDetail(any.typeUrl, any.value) }), {});
}

function readDetail(typeUrl: string, value: Uint8Array): StatusDetails {
  switch (typeUrl) {
    case TYPE_URL.errorInfo: {
      const info = ErrorInfo.decode(value);
      if (info.domain !== ERROR_DOMAIN) return {};
      const { fault, retryable, hint, ...metadata } = info.metadata;
      return {
        reason: info.reason,
        metadata,
        ...(fault === undefined ? {} : { fault: fault as Fault }),
        ...(retryable === undefined ? {} : { retryable: retryable === 'true' }),
        ...(hint === undefined ? {} : { hint }),
      };
    }
    case TYPE_URL.badRequest:
      return { violations: BadRequest.decode(value).fieldViolations };
    case TYPE_URL.rejection:
      return { rejection: Rejection.decode(value) };
    default:
      return {};
  }
}
