import { BadRequest, ErrorInfo, Rejection } from '@dialplane/contracts';
import type { RpcStatus } from '@dialplane/contracts';
import { status } from '@grpc/grpc-js';

import type { StatusError } from './status-error.ts';

/** Whose vocabulary our reasons belong to. */
export const ERROR_DOMAIN = 'dialplane';
/** The names in `google.protobuf.Any.type_url`. */
export const TYPE_URL = {
  errorInfo: 'type.googleapis.com/google.rpc.ErrorInfo',
  badRequest: 'type.googleapis.com/google.rpc.BadRequest',
  rejection: 'type.googleapis.com/dialplane.v1.Rejection',
} as const;

const MAX_MESSAGE_CHARACTERS = 512;

/** Writes a refusal down as a google.rpc.Status; with `detail` brief, less what may be long. */
export function toRpcStatus(error: StatusError, detail: 'complete' | 'brief' = 'complete'): RpcStatus {
  const isComplete = detail === 'complete';
  const facts = { fault: error.fault, retryable: String(error.retryable), hint: clip(error.hint) };
  const metadata = isComplete ? { ...error.metadata, ...facts } : facts;
  const info = { reason: error.reason, domain: ERROR_DOMAIN, metadata };
  const details = [any(TYPE_URL.errorInfo, ErrorInfo.encode(info))];
  if (isComplete && error.violations !== undefined && error.violations.length > 0)
    details.push(any(TYPE_URL.badRequest, BadRequest.encode({ fieldViolations: error.violations })));
  if (isComplete && error.rejection !== undefined)
    details.push(any(TYPE_URL.rejection, Rejection.encode(error.rejection)));
  return { code: status[error.code], message: clip(error.message), details };
}

function any(typeUrl: string, message: { finish(): Uint8Array }): { typeUrl: string; value: Buffer } {
  return { typeUrl, value: Buffer.from(message.finish()) };
}

/** Also mends lone surrogates, which grpc-js cannot put into a header. */
function clip(text: string): string {
  const short = text.length <= MAX_MESSAGE_CHARACTERS ? text : `${text.slice(0, MAX_MESSAGE_CHARACTERS - 1)}…`;
  return short.toWellFormed();
}
