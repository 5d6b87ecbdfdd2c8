import { defineEntity, p } from '@mikro-orm/postgresql';

/** What a deployment told by webhook; without a tenant when the room is none of ours, or the key none that the room's tenant may use. */
export const LiveKitWebhook = defineEntity({
  name: 'LiveKitWebhook',
  tableName: 'livekit_webhooks',
  schema: '*',
  properties: {
    origin: p.text().primary(),
    eventId: p.text().primary(),
    /** The tenant's id; empty where there is none. */
    keptFor: p.text().primary().generated(`(coalesce(tenant_id::text, '')) stored`),
    tenantId: p.uuid().nullable(),
    callId: p.uuid().nullable(),
    event: p.text(),
    room: p.text().nullable(),
    participantIdentity: p.text().nullable(),
    participantKind: p.text().nullable(),
    participantAttributes: p.json().nullable(),
    disconnectReason: p.text().nullable(),
    body: p.json(),
    createdAt: p.datetime(6).nullable(),
    receivedAt: p.datetime(6).defaultRaw('clock_timestamp()'),
  },
});
