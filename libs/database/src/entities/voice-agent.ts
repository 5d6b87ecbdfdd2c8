import { defineEntity, p } from '@mikro-orm/postgresql';

export const VoiceAgent = defineEntity({
  name: 'VoiceAgent',
  tableName: 'voice_agents',
  schema: '*',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    tenantId: p.uuid().nullable(),
    name: p.text().nullable(),
  },
});
