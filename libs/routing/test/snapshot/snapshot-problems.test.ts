import { describe, expect, test } from '@jest/globals';

import { emptySnapshot } from '../../src/index.ts';
import type { ProblemPlace, RowProblem, Snapshot } from '../../src/index.ts';
import type { Change } from './model-snapshot.ts';
import { apply } from './expect-same.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const ID = 'b1111111-1111-4111-8111-111111111111';
const ORIGIN = 'https://livekit.example.com';
const number = { id: ID, tenantId: TENANT, baseNumber: '2125550100', countryCode: '1', rules: null, isActive: true };
const config = {
  id: ID,
  tenantId: TENANT,
  name: 'example',
  url: 'wss://livekit.example.com',
  sipTrunkId: 'ST_example',
  agentName: 'agent',
  dialMode: 'legacy',
  isActive: true,
};
const deployment = { origin: ORIGIN, region: null, isActive: true, limits: null, headerProfiles: null };
const trunk = {
  deploymentOrigin: ORIGIN,
  sipTrunkId: 'ST_example',
  tenantId: null,
  carrier: null,
  isActive: true,
  cliCountries: null,
  limits: null,
  headerProfiles: null,
};
const problemsOf = (snapshot: Snapshot, from?: ProblemPlace): RowProblem[] =>
  [...snapshot.findProblems(from)].flatMap((row) => row?.problems ?? []);
const BAD = '{"max_concurrent_calls": "many"}';

const GOOD: readonly Change[] = [
  { kind: 'put', table: 'users', row: { id: ID, tenantId: TENANT } },
  { kind: 'put', table: 'voice_agents', row: { id: ID, tenantId: null } },
  { kind: 'put', table: 'tenants', row: { id: TENANT, isActive: false, defaults: '{}' } },
  { kind: 'put', table: 'voice_agent_numbers', row: number },
  { kind: 'put', table: 'voice_agent_livekit', row: config },
  { kind: 'put', table: 'voice_agent_livekit', row: { ...config, id: TENANT, sipTrunkId: null } },
  { kind: 'put', table: 'deployments', row: deployment },
  { kind: 'put', table: 'trunks', row: trunk },
];

const CASES: readonly [string, Change, problem: RegExp, hint: RegExp | string][] = [
  [
    'a user of two tenants',
    { kind: 'put', table: 'users', row: { id: ID, tenantId: null } },
    /more than one/,
    /dialplane user list .*DELETE FROM users/,
  ],
  [
    'defaults that cannot be read',
    { kind: 'put', table: 'tenants', row: { id: TENANT, isActive: true, defaults: '{"limits": 5}' } },
    /defaults cannot be read: /,
    `dialplane tenant defaults set ${TENANT} --file`,
  ],
  [
    'rules that cannot be read',
    { kind: 'put', table: 'voice_agent_numbers', row: { ...number, rules: '{"livekit_config": 5}' } },
    /rules cannot be read: /,
    `dialplane number rules set +12125550100 --file <yaml> --tenant ${TENANT}`,
  ],
  [
    'a number that is too short',
    { kind: 'put', table: 'voice_agent_numbers', row: { ...number, baseNumber: '100' } },
    /do not make an E.164 number/,
    ID,
  ],
  [
    'a number that is not digits',
    { kind: 'put', table: 'voice_agent_numbers', row: { ...number, baseNumber: '(212) 555-0100' } },
    /do not make an E.164 number/,
    ID,
  ],
  [
    'an unusable URL',
    { kind: 'put', table: 'voice_agent_livekit', row: { ...config, url: 'livekit' } },
    /URL is unusable/,
    `dialplane config update ${ID} --tenant ${TENANT} --url`,
  ],
  [
    "an operator's config with another kind of id for a trunk",
    { kind: 'put', table: 'voice_agent_livekit', row: { ...config, tenantId: null, sipTrunkId: 'TR_1' } },
    /begin with ST_/,
    `dialplane config update ${ID} --operator --trunk`,
  ],
  [
    'no agent name',
    { kind: 'put', table: 'voice_agent_livekit', row: { ...config, agentName: null } },
    /no usable agent name/,
    '--agent-name',
  ],
  [
    'an unknown dial mode',
    { kind: 'put', table: 'voice_agent_livekit', row: { ...config, dialMode: 'telepathy' } },
    /dial mode telepathy/,
    '--dial-mode',
  ],
  [
    'limits of a deployment that cannot be read',
    { kind: 'put', table: 'deployments', row: { ...deployment, limits: BAD } },
    /cannot be read: /,
    `dialplane deployment set ${ORIGIN}`,
  ],
  [
    'headers of a trunk that cannot be read',
    { kind: 'put', table: 'trunks', row: { ...trunk, headerProfiles: '[' } },
    /cannot be read: /,
    `dialplane trunk set ST_example --deployment ${ORIGIN} --operator`,
  ],
  [
    'a deployment whose origin is written in another way',
    { kind: 'put', table: 'deployments', row: { ...deployment, origin: `${ORIGIN}/`, isActive: false } },
    /counts for nothing/,
    `Set the deployment: dialplane deployment set ${ORIGIN} [--enable|--disable]; and take the row out: DELETE FROM deployments WHERE origin = '${ORIGIN}/'`,
  ],
  [
    'a trunk of a deployment that is written in another way',
    { kind: 'put', table: 'trunks', row: { ...trunk, deploymentOrigin: ORIGIN.toUpperCase(), tenantId: TENANT } },
    /counts for nothing/,
    `dialplane trunk set ST_example --deployment ${ORIGIN} --tenant ${TENANT}`,
  ],
  [
    'a deployment that is no origin',
    { kind: 'put', table: 'deployments', row: { ...deployment, origin: "it's none" } },
    /its origin is none/,
    "DELETE FROM deployments WHERE origin = 'it''s none'",
  ],
];

describe('problems of a snapshot', () => {
  test('are none when every row can be used', () => {
    const staging = emptySnapshot().stage();
    apply(staging, GOOD);
    expect(problemsOf(staging.commit('test.1'))).toEqual([]);
  });

  test.each(CASES)('tell of %s, and what mends it', (_, change, problem, hint) => {
    const staging = emptySnapshot().stage();
    apply(staging, [...GOOD, change]);
    const snapshot = staging.commit('test.1');
    const [found, ...others] = problemsOf(snapshot);
    expect(others).toEqual([]);
    expect(found?.table).toBe(change.table);
    expect(found?.problem).toMatch(problem);
    expect(found?.hint).toMatch(hint);
  });

  test('are looked for row after row in the order of tables, and from any place on', () => {
    const staging = emptySnapshot().stage();
    const idOf = (n: number): string => `a${String(n).padStart(7, '0')}-1111-4111-8111-111111111111`;
    for (let n = 0; n < 3_000; n++) {
      staging.put('voice_agent_numbers', { ...number, id: idOf(n), baseNumber: String(n) });
    }
    staging.put('users', { id: ID, tenantId: null });
    staging.put('tenants', { id: TENANT, isActive: true, defaults: null });
    staging.put('voice_agent_livekit', { ...config, url: 'x', agentName: null });
    staging.put('trunks', { ...trunk, limits: BAD });
    const snapshot = staging.commit('test.1');
    const looked = [...snapshot.findProblems()];
    const found = looked.filter((row) => row !== undefined);
    expect(found.map(({ table }) => table)).toEqual([
      'users',
      ...Array<string>(3_000).fill('voice_agent_numbers'),
      'voice_agent_livekit',
      'trunks',
    ]);
    expect(looked.length).toBe(found.length + 1); // The tenant's row is looked at, and nothing is wrong with it.
    expect(found.find(({ table }) => table === 'voice_agent_livekit')?.problems).toHaveLength(2);
    for (const at of [0, 1, 1_500, 3_001, 3_002]) {
      const from = found[at];
      expect([...snapshot.findProblems(from)].filter((row) => row !== undefined)).toEqual(found.slice(at));
    }
    expect([...snapshot.findProblems({ table: 'trunks', row: 1_000_000 })]).toEqual([]);
  });

  test('keep their places in the next snapshot', () => {
    const staging = emptySnapshot().stage();
    const idOf = (n: number): string => `a000000${n}-1111-4111-8111-111111111111`;
    for (let n = 0; n < 5; n++) staging.put('voice_agent_numbers', { ...number, id: idOf(n), baseNumber: String(n) });
    const before = staging.commit('test.1');
    const places = [...before.findProblems()].filter((row) => row !== undefined);
    const next = before.stage();
    next.remove('voice_agent_numbers', idOf(1));
    const after = next.commit('test.2');
    const rows = problemsOf(after, places[2]).map(({ rowId }) => rowId);
    expect(rows).toEqual([idOf(2), idOf(3), idOf(4)]);
  });
});
