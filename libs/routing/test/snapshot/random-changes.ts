import fc from 'fast-check';

import type { SnapshotRows, TableName } from '../../src/index.ts';
import { TABLES, keyOf } from './model-snapshot.ts';
import type { Change } from './model-snapshot.ts';

/** Few of each, so that rows meet: the same ids, tenants, numbers and texts again and again. */
const uuid = (first: string) => (n: number) => `${first}${String(n).padStart(7, '0')}-1111-4111-8111-111111111111`;
export const TENANT_IDS = [0, 1, 2].map(uuid('1')).concat('tenant of text');
export const ROW_IDS = [0, 1, 2, 3, 4, 5].map(uuid('a')).concat('7', 'A0000000-1111-4111-8111-111111111111', '');
export const ORIGINS = ['https://a.example.com', 'https://b.example.com'];
export const TRUNK_IDS = ['ST_a', 'ST_b'];
export const NUMBERS = [
  '+12125550100',
  '+12125550101',
  '+919999999999',
  '+999999999999999',
  '12125550100',
  '+0121',
  '',
];
export const BASE_NUMBERS = ['2125550100', '02125550100', '5550100', '12125550100', '0', '00', '999999999999999'];
const IRREGULAR_BASES = ['', '(212) 555-0100', '1234567890123456', '+2125550100', '２１２'];
export const COUNTRY_CODES = ['1', '+1', '91', '12', '121', '999', '0', '', '++1', '1234', '+', '1-2'];
const RULES = [
  null,
  'null',
  '{}',
  `{"livekit_config": "${uuid('c')(1)}"}`,
  `{"livekit_config": "${uuid('c')(2)}"}`,
  '{"livekit_config": 5}',
  '[',
];

const tenantId = fc.constantFrom(...TENANT_IDS);
const anyTenantId = fc.constantFrom(null, ...TENANT_IDS);
const id = fc.constantFrom(...ROW_IDS);
const isActive = fc.boolean();
const limits = fc.constantFrom(null, '{}', '{"max_concurrent_calls": 5}', '{"max_concurrent_calls": -5}');

const ROWS: { readonly [Table in TableName]: fc.Arbitrary<SnapshotRows[Table]> } = {
  users: fc.record({ id, tenantId: anyTenantId }),
  voice_agents: fc.record({ id, tenantId: anyTenantId }),
  tenants: fc.record({ id: tenantId, isActive, defaults: fc.constantFrom(null, '{}', '{"region": 5}', '"') }),
  voice_agent_numbers: fc.record({
    id,
    tenantId,
    baseNumber: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...BASE_NUMBERS) },
      fc.constantFrom(...IRREGULAR_BASES),
      fc.stringMatching(/^[0-9]{1,17}$/),
    ),
    countryCode: fc.constantFrom(...COUNTRY_CODES),
    rules: fc.constantFrom(...RULES),
    isActive,
  }),
  voice_agent_livekit: fc.record({
    id,
    tenantId: anyTenantId,
    name: fc.constantFrom('one', 'two'),
    url: fc.constantFrom('wss://a.example.com', 'ftp://a.example.com'),
    sipTrunkId: fc.constantFrom(null, 'ST_a', 'a'),
    agentName: fc.constantFrom(null, 'agent', ''),
    dialMode: fc.constantFrom('dispatcher', 'claiming', 'legacy', 'other'),
    isActive,
  }),
  deployments: fc.record({
    origin: fc.constantFrom(...ORIGINS),
    region: fc.constantFrom(null, 'eu'),
    isActive,
    limits,
    headerProfiles: fc.constantFrom(null, '{}', '5'),
  }),
  trunks: fc.record({
    deploymentOrigin: fc.constantFrom(...ORIGINS),
    sipTrunkId: fc.constantFrom(...TRUNK_IDS),
    tenantId: anyTenantId,
    carrier: fc.constantFrom(null, 'carrier'),
    isActive,
    cliCountries: fc.constantFrom(null, [], ['IN', 'AE']),
    limits,
    headerProfiles: fc.constantFrom(null, '{}', '5'),
  }),
  do_not_call: fc.record({ tenantId: anyTenantId, number: fc.constantFrom(...NUMBERS) }),
};

function changeOf<Table extends TableName>(table: Table): fc.Arbitrary<Change> {
  return fc
    .tuple(ROWS[table], fc.integer({ min: 0, max: 2 }))
    .map(([row, draw]) =>
      draw === 0 ? { kind: 'remove', table, key: keyOf(table, row) } : ({ kind: 'put', table, row } as Change),
    );
}

/** Puts and removals of rows of every table. */
export const anyChange: fc.Arbitrary<Change> = fc.oneof(
  ...TABLES.map((table) => ({ weight: table === 'voice_agent_numbers' ? 6 : 1, arbitrary: changeOf(table) })),
);

/** What a caller may write for a number, sense or not. */
export const WRITTEN = [
  ...COUNTRY_CODES.flatMap((country) =>
    BASE_NUMBERS.flatMap((base) => [`+${country}${base}`, `${country}${base}`, base, `0${base}`]),
  ),
  ...IRREGULAR_BASES.flatMap((base) => [base, `0${base}`, `+1${base}`, `1${base}`, `++1${base}`]),
  '+',
  '++112125550100',
];
