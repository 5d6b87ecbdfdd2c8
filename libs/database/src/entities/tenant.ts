import { defineEntity, p } from '@mikro-orm/postgresql';

/** A tenant's own row, which it need not have. */
export const Tenant = defineEntity({
  name: 'Tenant',
  tableName: 'tenants',
  schema: '*',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    name: p.text().nullable(),
    routingDefaults: p.json().nullable(),
    isActive: p.boolean().defaultRaw('true'),
    createdAt: p.datetime(6).defaultRaw('now()'),
  },
});
