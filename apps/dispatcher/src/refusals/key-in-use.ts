import { StatusError } from '@dialplane/grpc';

export function keyInUse({
  kind,
  callId,
}: {
  readonly kind: 'conflict' | 'gone';
  readonly callId: string;
}): StatusError {
  return new StatusError({
    code: 'ALREADY_EXISTS',
    reason: 'IDEMPOTENCY_KEY_IN_USE',
    message:
      kind === 'conflict'
        ? 'The idempotency key was used for another request.'
        : 'The idempotency key was used for a call that is no longer in the call log.',
    fault: 'caller',
    retryable: false,
    hint: 'Use a new key for a new call; send the first request unchanged to ask about its call.',
    metadata: { call_log_id: callId },
  });
}
