import type { SnapshotRows, TableName } from '@dialplane/routing';

import { listedNumber, ownNumber } from './phone-numbers.ts';
import {
  carrierRules,
  deploymentOf,
  DEPLOYMENTS,
  HEADER_PROFILE,
  OPERATOR_TRUNKS,
  originOf,
  plainRules,
  regionOf,
  TENANTS,
  trunkOf,
} from './rules-text.ts';
import { uuidOf } from './uuid-of.ts';

export { TENANTS } from './rules-text.ts';
export const USERS_PER_TENANT = 10;
export const DO_NOT_CALL_ENTRIES = 100_000;

type Rows = { readonly [Table in TableName]: (numbers: number) => Iterable<SnapshotRows[Table]> };

/** Limits and header profiles of the operator's trunks, JSON text. */
const TRUNK_LIMITS = JSON.stringify({ max_concurrent_calls: 500, calls_per_second: 50 });
const TRUNK_HEADERS = JSON.stringify({ [HEADER_PROFILE]: { 'X-Carrier-Profile': HEADER_PROFILE } });
const SOME_DEFAULTS = JSON.stringify({ limits: { max_concurrent_calls: 200, calls_per_day: 50_000 } });

/** The tenant that owns the nth number. */
export function tenantOfNumber(n: number): number {
  return n % TENANTS;
}

/** Whether the nth number is of the fifth that has rules with carriers; as many of each tenant's as of another's. */
export function hasCarriers(n: number): boolean {
  return (tenantOfNumber(n) + Math.floor(n / TENANTS)) % 5 === 0;
}

/** The nth number's row. */
export function numberRow(n: number): SnapshotRows['voice_agent_numbers'] {
  const tenant = tenantOfNumber(n);
  return {
    id: uuidOf('number', n),
    tenantId: TENANT_IDS[tenant] as string,
    ...ownNumber(n),
    rules: (hasCarriers(n) ? CARRIER_RULES : PLAIN_RULES)[tenant * 2 + (Math.floor(n / TENANTS / 5) % 2)] as string,
    isActive: true,
  };
}

const TENANT_IDS = Array.from({ length: TENANTS }, (_, tenant) => uuidOf('tenant', tenant));
const twoForEach = (text: (tenant: number, variant: 0 | 1) => string): string[] =>
  TENANT_IDS.flatMap((_, tenant) => [text(tenant, 0), text(tenant, 1)]);
const PLAIN_RULES = twoForEach(plainRules);
const CARRIER_RULES = twoForEach(carrierRules);

/** Every row of each table of a fleet with so many numbers; the same in every run. All else is alike at every size. */
export const FLEET_ROWS: Rows = {
  tenants: () =>
    TENANT_IDS.map((id, tenant) => ({ id, isActive: true, defaults: tenant % 4 === 0 ? SOME_DEFAULTS : null })),
  users: () =>
    count(TENANTS * USERS_PER_TENANT, (n) => ({
      id: uuidOf('user', n),
      tenantId: TENANT_IDS[Math.floor(n / USERS_PER_TENANT)] as string,
    })),
  voice_agents: () => TENANT_IDS.map((tenantId, tenant) => ({ id: uuidOf('agent', tenant), tenantId })),
  voice_agent_livekit: () =>
    count(TENANTS * 2, (n) => {
      const tenant = Math.floor(n / 2);
      return {
        id: uuidOf('config', n),
        tenantId: TENANT_IDS[tenant] as string,
        name: `Deployment ${n % 2}`,
        url: originOf(deploymentOf(tenant, (n % 2) as 0 | 1)).replace('https:', 'wss:'),
        sipTrunkId: trunkOf('tenant', n),
        agentName: `agent-${tenant % 50}`,
        dialMode: 'legacy',
        isActive: true,
      };
    }),
  deployments: () =>
    count(DEPLOYMENTS, (n) => ({
      origin: originOf(n),
      region: regionOf(n),
      isActive: true,
      limits: TRUNK_LIMITS,
      headerProfiles: null,
    })),
  trunks: () => [
    ...count(DEPLOYMENTS * OPERATOR_TRUNKS, (n) => ({
      deploymentOrigin: originOf(Math.floor(n / OPERATOR_TRUNKS)),
      sipTrunkId: trunkOf('operator', n),
      tenantId: null,
      carrier: `Carrier ${n % OPERATOR_TRUNKS}`,
      isActive: true,
      cliCountries: n % 2 === 0 ? ['US', 'CA'] : null,
      limits: TRUNK_LIMITS,
      headerProfiles: TRUNK_HEADERS,
    })),
    ...count(TENANTS * 2, (n) => ({
      deploymentOrigin: originOf(deploymentOf(Math.floor(n / 2), (n % 2) as 0 | 1)),
      sipTrunkId: trunkOf('tenant', n),
      tenantId: TENANT_IDS[Math.floor(n / 2)] as string,
      carrier: null,
      isActive: true,
      cliCountries: null,
      limits: null,
      headerProfiles: null,
    })),
  ],
  // Half of them are on everybody's list.
  do_not_call: () =>
    count(DO_NOT_CALL_ENTRIES, (n) => ({
      tenantId: n % 2 === 0 ? null : (TENANT_IDS[n % TENANTS] as string),
      number: listedNumber(n),
    })),
  voice_agent_numbers: (numbers) => count(numbers, numberRow),
};

/** How many rows, by a function of their place. */
function* count<Row>(length: number, row: (n: number) => Row): Generator<Row> {
  for (let n = 0; n < length; n++) yield row(n);
}
