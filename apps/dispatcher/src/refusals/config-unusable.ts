import { StatusError } from '@dialplane/grpc';

/** What the router decided for has no credential that could be used; the message says why, the hint what mends it. */
export function configUnusable(
  message: string,
  hint: string,
  fault: StatusError['fault'] = 'tenant_configuration',
  cause?: unknown,
): StatusError {
  return new StatusError({
    code: 'FAILED_PRECONDITION',
    reason: 'CONFIG_UNUSABLE',
    message,
    fault,
    retryable: false,
    hint,
    cause,
  });
}
