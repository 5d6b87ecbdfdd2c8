import { isFinal } from '@dialplane/calls';
import type { Attempt } from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';
import { LiveKitError } from '@dialplane/livekit';

import type { CallClient } from './call-client.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** The pause between two readings anew of a credential that stays refused, in milliseconds. */
const REREAD_EVERY_MS = 5_000;

/** How an attempt's deployment is opened. */
export interface Opener {
  /**
   * Rejects with a LiveKitError when the credential cannot be read, and with a DatabaseUnavailableError, for which no
   * deployment is to blame, while the call is not over.
   */
  open(): Promise<CallClient>;
  /** The deployment refused this client's credential: what is stored now is read for the next request. */
  refused(client: CallClient): void;
}

/**
 * Opens with `first`, if there is one, and else with the credential as it is stored. A secret may be renewed while the
 * call is under way: once refused it is read anew, at most every 5 s. Where that fails, the refused one is kept.
 */
export function createOpener(
  parts: Pick<CarryOutParts, 'connect' | 'followCredential'>,
  owned: Pick<OwnedCall, 'call'> & { readonly logger: Pick<OwnedCall['logger'], 'warn'> },
  attempt: Attempt,
  first?: CallClient,
): Opener {
  let current = first;
  let opening: Promise<CallClient> | undefined;
  let rereadAt = -Infinity;
  const read = async (): Promise<CallClient> => {
    try {
      const client = parts.connect(await parts.followCredential(owned.call, attempt.target));
      return (current = client);
    } catch (cause) {
      owned.logger.warn({ err: cause }, 'the credential of a call under way cannot be read');
      if (current !== undefined) return current;
      if (cause instanceof DatabaseUnavailableError && !isFinal(owned.call.state)) throw cause;
      throw new LiveKitError('credential_refused', 'not_sent', 'The credential of the attempt cannot be read.');
    }
  };
  const begin = (): Promise<CallClient> => (opening ??= read().finally(() => (opening = undefined)));
  return {
    open: async () => (opening === undefined ? (current ?? begin()) : opening),
    refused(client) {
      if (client !== current || performance.now() - rereadAt < REREAD_EVERY_MS) return;
      rereadAt = performance.now();
      begin().catch(() => undefined);
    },
  };
}
