import { defineEntity, p } from '@mikro-orm/postgresql';

/** A number that nobody of the tenant may call; without a tenant, nobody at all. */
export const DoNotCall = defineEntity({
  name: 'DoNotCall',
  tableName: 'do_not_call',
  schema: '*',
  properties: {
    tenantId: p.uuid().nullable(),
    number: p.text().primary(),
    note: p.text().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
