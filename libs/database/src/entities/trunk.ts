import { defineEntity, p } from '@mikro-orm/postgresql';

/** A SIP trunk of a deployment; without a tenant it is an operator's. */
export const Trunk = defineEntity({
  name: 'Trunk',
  tableName: 'trunks',
  schema: '*',
  properties: {
    deploymentOrigin: p.text().primary(),
    sipTrunkId: p.text().primary(),
    tenantId: p.uuid().nullable(),
    carrier: p.text().nullable(),
    isActive: p.boolean().defaultRaw('true'),
    cliCountries: p.array().nullable(),
    limits: p.json().nullable(),
    headerProfiles: p.json().nullable(),
    sipCodes: p.json().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
