import { BadRequest, ErrorInfo, Rejection, RpcStatus } from '@dialplane/contracts';
import { Metadata, status } from '@grpc/grpc-js';

import type { StatusError } from './status-error.ts';

/** The trailer that carries a google.rpc.Status. */
export const DETAILS_TRAILER = 'grpc-status-details-bin';
/** Whose vocabulary our reasons belong to. */
export const ERROR_DOMAIN = 'dialplane';
/** The names in `google.protobuf.Any.type_url`. */
export const TYPE_URL = {
  errorInfo: 'type.googleapis.com/google.rpc.ErrorInfo',
  badRequest: 'type.googleapis.com/google.rpc.BadRequest',
  rejection: 'type.googleapis.com/dialplane.v1.Rejection',
} as const;

/** gRPC clients refuse trailers of more than 8 KiB in all by default; base64 and grpc-message need their share. */
const MAX_DETAILS_BYTES = 4_096;
const MAX_MESSAGE_CHARACTERS = 512;

/** What grpc-js sends to the caller. */
export interface WireError {
  readonly code: status;
  readonly details: string;
  readonly metadata: Metadata;
}

/** Writes a refusal down as status, message and google.rpc details. */
export function toServiceError(error: StatusError): WireError {
  const message = clip(error.message);
  const metadata = new Metadata();
  const complete = encodeDetails(error, message, true);
  metadata.set(DETAILS_TRAILER, complete.length <= MAX_DETAILS_BYTES ? complete : encodeDetails(error, message, false));
  return { code: status[error.code], details: message, metadata };
}

function encodeDetails(error: StatusError, message: string, complete: boolean): Buffer {
  const facts = { fault: error.fault, retryable: String(error.retryable), hint: clip(error.hint) };
  const info = {
    reason: error.reason,
    domain: ERROR_DOMAIN,
    metadata: complete ? { ...error.metadata, ...facts } : facts,
  };
  const details: { typeUrl: string; value: Buffer }[] = [
    { typeUrl: TYPE_URL.errorInfo, value: Buffer.from(ErrorInfo.encode(info).finish()) },
  ];
  if (complete && error.violations !== undefined && error.violations.length > 0) {
    const value = BadRequest.encode({ fieldViolations: error.violations }).finish();
    details.push({ typeUrl: TYPE_URL.badRequest, value: Buffer.from(value) });
  }
  if (complete && error.rejection !== undefined) {
    details.push({ typeUrl: TYPE_URL.rejection, value: Buffer.from(Rejection.encode(error.rejection).finish()) });
  }
  return Buffer.from(RpcStatus.encode({ code: status[error.code], message, details }).finish());
}

/** Also mends lone surrogates, which grpc-js cannot put into a header. */
function clip(text: string): string {
  const short = text.length <= MAX_MESSAGE_CHARACTERS ? text : `${text.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…`;
  return short.toWellFormed();
}
