import { createHash } from 'node:crypto';

import { WebhookEvent } from '@livekit/protocol';
import type { ParticipantInfo, Room } from '@livekit/protocol';
import { AccessToken } from 'livekit-server-sdk';

import { newId } from './callee.ts';
import type { ApiKey } from './check-token.ts';

/** Sends an event as it is at this moment. Returns at once; what becomes of it, nobody learns. */
export type SendWebhook = (
  event: 'participant_joined' | 'participant_left',
  room: Room,
  participant: ParticipantInfo,
) => void;

const TIMEOUT_MS = 10_000;
const TOKEN_LIFE = '5m';

/** Webhooks as LiveKit sends them: signed with the key over the body's hash, one POST each, in no order. */
export function createWebhookSender(url: string, { apiKey, apiSecret }: ApiKey): SendWebhook {
  async function send(body: string): Promise<void> {
    const token = new AccessToken(apiKey, apiSecret, { ttl: TOKEN_LIFE });
    token.sha256 = createHash('sha256').update(body).digest('base64');
    const headers = { 'content-type': 'application/webhook+json', authorization: await token.toJwt() };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const reply = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
    await reply.body?.cancel();
  }
  return (event, room, participant) => {
    const createdAt = BigInt(Math.floor(Date.now() / 1000));
    const body = new WebhookEvent({ event, room, participant, id: newId('EV'), createdAt }).toJsonString();
    // LiveKit gives up too when nobody takes it.
    send(body).catch(() => {});
  };
}
