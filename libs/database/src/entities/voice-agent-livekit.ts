import { defineEntity, p } from '@mikro-orm/postgresql';
import type { SealedSecret } from '@dialplane/tenancy';

/** A LiveKit config. Columns may be null where an adopted table's rows have nothing in them. */
export const VoiceAgentLiveKit = defineEntity({
  name: 'VoiceAgentLiveKit',
  tableName: 'voice_agent_livekit',
  schema: '*',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    tenantId: p.uuid().nullable(),
    name: p.text().nullable(),
    url: p.text().nullable(),
    apiKey: p.text().nullable(),
    apiSecretSealed: p.json().$type<SealedSecret>().nullable(),
    trunkId: p.text().nullable(),
    workerName: p.text().nullable(),
    dialMode: p.text().defaultRaw(`'legacy'`),
    jobMetadataTemplate: p.json().$type<unknown>().nullable(),
    isActive: p.boolean().defaultRaw('true'),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
