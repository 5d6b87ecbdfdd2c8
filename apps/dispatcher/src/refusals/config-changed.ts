import { StatusError } from '@dialplane/grpc';

/** Router and dispatcher read the configuration each for itself; only what both say is acted on. */
export function configChanged(): StatusError {
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'CONFIG_CHANGED',
    message: 'The configuration was changed while the call was being routed; nothing was written.',
    fault: 'dialplane',
    retryable: true,
    hint: 'Send the same request again.',
  });
}
