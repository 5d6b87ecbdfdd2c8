import { StatusError } from '@dialplane/grpc';

export function userNotFound(): StatusError {
  return new StatusError({
    code: 'FAILED_PRECONDITION',
    reason: 'USER_NOT_FOUND',
    message: 'No user of one tenant has this id; nothing was written.',
    fault: 'caller',
    retryable: false,
    hint: 'Check initiated_by, or name the tenant itself in tenant_id.',
  });
}
