import { StatusError } from '@dialplane/grpc';

export function callNotFound(): StatusError {
  return new StatusError({
    code: 'NOT_FOUND',
    reason: 'CALL_NOT_FOUND',
    message: 'This tenant has no such call.',
    fault: 'caller',
    retryable: false,
    hint: "Check call_log_id, and that the user or tenant is the call's own.",
  });
}
