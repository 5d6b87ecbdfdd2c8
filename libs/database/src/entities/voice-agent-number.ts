import { defineEntity, p } from '@mikro-orm/postgresql';

export const VoiceAgentNumber = defineEntity({
  name: 'VoiceAgentNumber',
  tableName: 'voice_agent_numbers',
  schema: '*',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    tenantId: p.uuid(),
    baseNumber: p.text(),
    countryCode: p.text(),
    provider: p.text().nullable(),
    rules: p.json().$type<unknown>().nullable(),
    isActive: p.boolean().defaultRaw('true'),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
