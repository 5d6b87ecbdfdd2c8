import { defineEntity, p } from '@mikro-orm/postgresql';

/** A LiveKit server. */
export const Deployment = defineEntity({
  name: 'Deployment',
  tableName: 'deployments',
  schema: '*',
  properties: {
    /** The http or https origin of its URLs. */
    origin: p.text().primary(),
    region: p.text().nullable(),
    isActive: p.boolean().defaultRaw('true'),
    limits: p.json().nullable(),
    headerProfiles: p.json().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
