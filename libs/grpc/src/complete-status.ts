import { status } from '@grpc/grpc-js';

import type { SentStatus } from './sent-status.ts';
import { StatusError } from './status-error.ts';
import { DETAILS_TRAILER, toServiceError } from './to-service-error.ts';

/** Gives a refusal that grpc-js made by itself the details that ours have; any other status stays as it is. */
export function completeStatus(sent: SentStatus): SentStatus {
  if ((sent.metadata?.get(DETAILS_TRAILER) ?? []).length > 0) return sent;
  const refusal = refusalOf(sent.code ?? status.UNKNOWN, sent.details ?? '');
  return refusal === undefined ? sent : toServiceError(refusal);
}

function refusalOf(code: status, details: string): StatusError | undefined {
  if (code === status.RESOURCE_EXHAUSTED && /^Received message/.test(details)) {
    return new StatusError({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'MESSAGE_TOO_LARGE',
      message: `${details}; nothing was done.`,
      fault: 'caller',
      retryable: false,
      hint: 'Send a smaller request; the proto says how long each field may be.',
    });
  }
  if (code === status.INTERNAL && /^(Error deserializing request|Failed to decompress message)/.test(details)) {
    return new StatusError({
      code: 'INVALID_ARGUMENT',
      reason: 'UNREADABLE_MESSAGE',
      message: 'The request is not a message of the type that this method takes; nothing was done.',
      fault: 'caller',
      retryable: false,
      hint: "Generate the client from this server's protos.",
    });
  }
  if (code === status.DEADLINE_EXCEEDED) {
    return new StatusError({
      code: 'DEADLINE_EXCEEDED',
      reason: 'DEADLINE_PASSED',
      message: 'The deadline passed before the reply was ready.',
      fault: 'caller',
      retryable: true,
      hint: 'Ask again with a later deadline.',
    });
  }
  return undefined;
}
