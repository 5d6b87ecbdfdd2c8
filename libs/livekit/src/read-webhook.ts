import { WebhookReceiver } from 'livekit-server-sdk';

import { apiKeyOf } from './api-key-of.ts';
import type { LeavingParticipant, LiveKitEvent } from './livekit-event.ts';
import { isObject, readKind } from './read-reply.ts';
import { redactWebhook } from './redact-webhook.ts';

export interface WebhookKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/**
 * - `unsigned`: no access token, or one that names no API key.
 * - `unknown_key`: signed in the name of a key that is none of the given.
 * - `bad_signature`: not signed with the secret of that key, or for another body.
 * - `expired`: signed for another time; or the clocks differ.
 * - `malformed`: no event, or larger than WEBHOOK_MAX_BYTES, in which case nothing else was looked at.
 */
export type WebhookRefusal = 'unsigned' | 'unknown_key' | 'bad_signature' | 'expired' | 'malformed';

export type WebhookReading<Key extends WebhookKey = WebhookKey> =
  /** `key`: the one that signed it. */
  | { readonly kind: 'ok'; readonly event: LiveKitEvent; readonly key: Key }
  | { readonly kind: 'refused'; readonly why: WebhookRefusal };

/** No larger body is read; a room's metadata is in it as often as twice. */
export const WEBHOOK_MAX_BYTES = 1024 * 1024;
/** The end of the year 9999: what comes later is no moment that everybody can write down. */
const LAST_SECOND = 253_402_300_799;
/** How far the clocks may differ: as LiveKit takes access tokens. */
const LEEWAY_SECONDS = 60;

/**
 * Reads a webhook that one of the keys signed, as LiveKit does: an access token over the hash of the body. Every
 * given key of the name that the token has is tried, since a secret may have been renewed. The same event may be
 * read twice: its id tells.
 */
export async function readWebhook<Key extends WebhookKey>(
  body: Buffer | string,
  authorization: string,
  keys: readonly Key[],
): Promise<WebhookReading<Key>> {
  if (Buffer.byteLength(body) > WEBHOOK_MAX_BYTES) return refused('malformed');
  const claimed = apiKeyOf(authorization);
  if (claimed === undefined) return refused('unsigned');
  const candidates = keys.filter(({ apiKey, apiSecret }) => apiKey === claimed && apiSecret !== '');
  if (candidates.length === 0) return refused('unknown_key');
  const text = body.toString();
  let why: WebhookRefusal = 'bad_signature';
  for (const key of candidates) {
    try {
      await new WebhookReceiver(key.apiKey, key.apiSecret).receive(text, authorization, false, LEEWAY_SECONDS);
      const event = readEvent(text);
      return event === undefined ? refused('malformed') : { kind: 'ok', event, key };
    } catch (error) {
      const seen = await whyNot(error, text);
      if (seen !== 'bad_signature') why = seen;
    }
  }
  return refused(why);
}

/** What an error of the SDK's receiver, or of the JWT library under it, means. */
async function whyNot(error: unknown, text: string): Promise<WebhookRefusal> {
  const { code, claim, message } = error as { code?: unknown; claim?: unknown; message?: unknown };
  if (code === 'ERR_JWT_EXPIRED' || claim === 'nbf') return 'expired';
  if (typeof code === 'string' || /sha256 checksum/.test(String(message))) return 'bad_signature';
  const isEvent = await new WebhookReceiver('', '').receive(text, '', true).then(
    () => true,
    () => false,
  );
  return isEvent ? 'bad_signature' : 'malformed';
}

function readEvent(text: string): LiveKitEvent | undefined {
  const json: unknown = JSON.parse(text);
  if (!isObject(json)) return undefined;
  const { id, event, createdAt, room, participant } = json;
  const seconds = Number(createdAt);
  if (!isName(id) || !isName(event) || !isSecond(seconds)) return undefined;
  const redactedBody = redactWebhook(json);
  return {
    id,
    kind: event,
    createdAt: new Date(seconds * 1_000),
    room: isObject(room) && isShort(room.name) ? room.name : undefined,
    participant: isObject(participant) ? readParticipant(participant, redactedBody) : undefined,
    redactedBody,
  };
}

function readParticipant(
  json: Readonly<Record<string, unknown>>,
  redactedBody: Readonly<Record<string, unknown>>,
): LeavingParticipant {
  const { identity, disconnectReason } = json;
  // They are stored besides, and anybody in a room may write a secret into them.
  const attributes = isObject(redactedBody.participant) ? redactedBody.participant.attributes : undefined;
  return {
    identity: typeof identity === 'string' ? identity : '',
    kind: readKind(json),
    attributes: isObject(attributes) ? (attributes as Record<string, string>) : {},
    disconnectReason: typeof disconnectReason === 'string' ? disconnectReason : undefined,
  };
}

/** Of a moment between 1970 and 9999. */
function isSecond(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= LAST_SECOND;
}

/** LiveKit's names have 256 characters at most. */
function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 256;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value);
}

function refused(why: WebhookRefusal): { readonly kind: 'refused'; readonly why: WebhookRefusal } {
  return { kind: 'refused', why };
}
