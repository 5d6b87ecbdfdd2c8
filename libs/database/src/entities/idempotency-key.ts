import { defineEntity, p } from '@mikro-orm/postgresql';

export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  schema: '*',
  properties: {
    tenantId: p.uuid().primary(),
    key: p.text().primary(),
    requestHash: p.text(),
    callId: p.uuid(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
