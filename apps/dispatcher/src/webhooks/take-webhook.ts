import { callIdOfRoom } from '@dialplane/calls';
import type { StoredWebhook, WebhookOwners } from '@dialplane/calls';
import { apiKeyOf, readWebhook } from '@dialplane/livekit';
import type { LiveKitEvent, WebhookRefusal } from '@dialplane/livekit';

import type { KeysByOrigin } from './find-webhook-keys.ts';

export interface TakeWebhookParts {
  readonly keysOf: (apiKey: string) => Promise<KeysByOrigin>;
  /** Keeps an event of the server with this origin, that a key of these owners signed. */
  readonly store: (origin: string, event: LiveKitEvent, owners: WebhookOwners) => Promise<StoredWebhook>;
  /** Something may have happened to the call. */
  readonly nudge: (callId: string) => void;
}

export type WebhookOutcome =
  /** Stored, now or before; it may be about no call of ours. */
  { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly why: WebhookRefusal };

/**
 * Takes one webhook: whoever sends it has to have signed it with an active key of a deployment, and what it says
 * counts for calls on that deployment alone, of those whose key it is; an operator's counts for everybody's. It is
 * stored and moves no call itself: whoever carries the call out reads it with its next look into the room. Throws when
 * it cannot be stored, so that LiveKit sends it again.
 */
export async function takeWebhook(
  { keysOf, store, nudge }: TakeWebhookParts,
  body: Buffer,
  authorization: string,
): Promise<WebhookOutcome> {
  const apiKey = apiKeyOf(authorization);
  if (apiKey === undefined) return { kind: 'refused', why: 'unsigned' };
  let outcome: WebhookOutcome = { kind: 'refused', why: 'unknown_key' };
  // One key may be for several addresses of one cluster; its event is each one's.
  for (const [origin, keys] of await keysOf(apiKey)) {
    const reading = await readWebhook(body, authorization, keys);
    if (reading.kind === 'refused') {
      if (outcome.kind === 'refused') outcome = reading;
      continue;
    }
    const callId = reading.event.room === undefined ? undefined : callIdOfRoom(reading.event.room);
    const became = await store(origin, reading.event, reading.key.owners);
    if (became === 'new' && callId !== undefined) nudge(callId);
    outcome = { kind: 'taken' };
  }
  return outcome;
}
