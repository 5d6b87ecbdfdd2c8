import { RpcStatus } from '@dialplane/contracts';
import { Metadata } from '@grpc/grpc-js';
import type { status } from '@grpc/grpc-js';

import type { StatusError } from './status-error.ts';
import { toRpcStatus } from './to-rpc-status.ts';

/** The trailer that carries a google.rpc.Status. */
export const DETAILS_TRAILER = 'grpc-status-details-bin';
/** gRPC clients refuse trailers of more than 8 KiB in all by default; base64 and grpc-message need their share. */
const MAX_DETAILS_BYTES = 4_096;

/** What grpc-js sends to the caller. */
export interface WireError {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
  /** Not sent: whether the log tells of it by other lines. */
  readonly isTold?: boolean;
}

/** Writes a refusal down as status, message and google.rpc details. */
export function toServiceError(error: StatusError): WireError {
  const complete = toRpcStatus(error);
  const metadata = new Metadata();
  const bytes = encode(complete);
  metadata.set(DETAILS_TRAILER, bytes.length <= MAX_DETAILS_BYTES ? bytes : encode(toRpcStatus(error, 'brief')));
  return { code: complete.code, details: complete.message, metadata, ...(error.isTold && { isTold: true }) };
}

function encode(status: RpcStatus): Buffer {
  return Buffer.from(RpcStatus.encode(status).finish());
}
