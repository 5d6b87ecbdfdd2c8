import { StatusError } from '@dialplane/grpc';

export function dispatcherBusy(): StatusError {
  return new StatusError({
    code: 'RESOURCE_EXHAUSTED',
    reason: 'DISPATCHER_BUSY',
    message: 'The dispatcher has as many calls to carry out as it takes; nothing was written.',
    fault: 'dialplane',
    retryable: true,
    hint: 'Send the same request again in a few seconds, or to another dispatcher.',
  });
}
