import { toE164 } from '@dialplane/tenancy';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decideRoute } from '../src/index.ts';
import type { Decision, RoutingView, TraceStep } from '../src/index.ts';
import { viewOf } from './example-view.ts';
import type { ExampleRows } from './example-view.ts';
import { someWorld, TENANTS } from './some-world.ts';
import type { World } from './some-world.ts';

/** Looks at the rows of everybody; the decision has to keep them apart. */
type Decide = (view: RoutingView, world: World) => Decision;

const decide: Decide = (view, [, asked, circumstances]) => decideRoute(view, asked, circumstances);

/** What no decision may ever do, whatever it decides. */
function expectTenantsApart(decide: Decide, world: World): Decision {
  const [rows, asked, circumstances] = world;
  const tenant =
    asked.initiatedBy === undefined
      ? asked.tenantId
      : (rows.users.find((row) => row.id === asked.initiatedBy)?.tenantId ?? undefined);
  const trace: TraceStep[] = [];
  const decision = decide(viewOf(rows), [rows, asked, { ...circumstances, trace }]);
  const told = JSON.stringify([decision, trace]);
  for (const other of rows.voice_agent_livekit.filter(({ tenantId }) => tenantId !== null && tenantId !== tenant))
    for (const theirs of [other.agentName!, other.name]) expect(told).not.toContain(theirs);
  for (const other of rows.trunks.filter(({ tenantId }) => tenantId !== null && tenantId !== tenant))
    expect(told).not.toContain(other.carrier);
  for (const other of TENANTS.filter((each) => each !== tenant)) expect(told).not.toContain(other);
  if (decision.kind === 'rejected') return decision;

  const own = rows.voice_agent_numbers.filter((row) => row.tenantId === tenant && row.isActive);
  expect(decision.tenantId).toBe(tenant);
  expect(own.map((row) => row.id)).toContain(decision.number.id);
  for (const target of decision.targets) {
    expect(own.map(toE164)).toContain(target.callerId);
    const trunk = rows.trunks.find(
      (row) => row.deploymentOrigin === target.deployment && row.sipTrunkId === target.sipTrunkId,
    );
    if (trunk !== undefined) expect([tenant, null]).toContain(trunk.tenantId);
    if (decision.source === 'environment') {
      const { deployment, url, sipTrunkId, agentName } = circumstances.environmentFallback!;
      const livekitConfigId = undefined;
      expect(target).toMatchObject({ livekitConfigId, deployment, serverUrl: url, sipTrunkId, agentName });
    } else {
      const { livekitConfigId } = target;
      const config = rows.voice_agent_livekit.find(({ id }) => id === livekitConfigId)!;
      expect([tenant, null]).toContain(config.tenantId);
      expect(target).toMatchObject({ serverUrl: config.url, agentName: config.agentName });
      if (trunk === undefined) expect(target.sipTrunkId).toBe(config.sipTrunkId);
    }
  }
  return decision;
}

const RUNS = { numRuns: 4_000, seed: 20260102 };

test("no decision uses or tells another tenant's config, trunk, agent or caller id, and none throws", () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(someWorld, (world) => {
      const decision = expectTenantsApart(decide, world);
      const kind = decision.kind === 'routed' ? decision.source : decision.reason;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }),
    RUNS,
  );
  // The worlds were not all alike: both kinds of route and the refusals that matter came up.
  for (const kind of [
    'database',
    'environment',
    'config_of_another_tenant',
    'trunk_of_another_tenant',
    'caller_id_not_owned',
    'ambiguous_number',
    'config_not_found',
    'user_not_found',
  ]) {
    expect([kind, (kinds.get(kind) ?? 0) > 20]).toEqual([kind, true]);
  }
});

test('a decision changes nothing that it is given, and is the same when it is made again', () => {
  fc.assert(
    fc.property(someWorld, ([rows, asked, circumstances]) => {
      const before = JSON.stringify([rows, asked, circumstances]);
      const view = viewOf(freeze(rows));
      const decision = decideRoute(view, freeze(asked), freeze(circumstances));
      expect(decideRoute(view, asked, circumstances)).toEqual(decision);
      expect(JSON.stringify([rows, asked, circumstances])).toBe(before);
    }),
    { ...RUNS, numRuns: 500 },
  );
});

test('the order in which the rows were read decides nothing', () => {
  fc.assert(
    fc.property(someWorld, ([rows, asked, circumstances]) => {
      const turned = Object.fromEntries(
        Object.entries(rows).map(([table, all]: [string, readonly unknown[]]) => [table, all.toReversed()]),
      );
      const one = decideRoute(viewOf(rows), asked, circumstances);
      const other = decideRoute(viewOf(turned as unknown as ExampleRows), asked, circumstances);
      expect(other.kind === 'routed' ? other : other.reason).toEqual(one.kind === 'routed' ? one : one.reason);
    }),
    { ...RUNS, numRuns: 2_000 },
  );
});

/** The decision with one of its eyes shut: it takes what it looks up for the asking tenant's own. */
const blindTo =
  (look: 'numbersMeant' | 'config' | 'trunk'): Decide =>
  (view, [rows, asked, circumstances]) => {
    const tenantId = (asked.initiatedBy === undefined ? asked.tenantId : view.tenantIdOfUser(asked.initiatedBy)) ?? '';
    const painted = <Entry extends object>(entry: Entry | undefined): Entry | undefined =>
      entry && { ...entry, tenantId };
    const views: Record<typeof look, Partial<RoutingView>> = {
      config: { config: (id) => painted(view.config(id)) },
      trunk: { trunk: (...key) => painted(view.trunk(...key)) },
      numbersMeant: {
        numbersMeant: (_, written) =>
          viewOf({
            ...rows,
            voice_agent_numbers: rows.voice_agent_numbers.map((row) => ({ ...row, tenantId })),
          }).numbersMeant(tenantId, written),
      },
    };
    return decideRoute({ ...view, ...views[look] }, asked, circumstances);
  };

/** The decision that shows every caller id which a rule names. */
const withAnyCallerId: Decide = (view, [, asked, circumstances]) =>
  decideRoute(
    {
      ...view,
      numbersMeant(tenantId, written) {
        const meant = view.numbersMeant(tenantId, written);
        const entry = { id: 'any', baseNumber: '', countryCode: '', e164: written, isActive: true };
        const isAnothers = meant.length === 0 && written !== asked.fromNumber;
        return isAnothers ? [{ ...entry, rules: { kind: 'problem', problem: 'none' } }] : meant;
      },
    },
    asked,
    circumstances,
  );

const byAgent: Decide = (view, [, asked, circumstances]) =>
  decideRoute(
    { ...view, tenantIdOfUser: () => view.tenantIdOfAgent(asked.agentId) ?? undefined },
    asked,
    circumstances,
  );

describe('sabotaged, the property fails', () => {
  test.each<[string, Decide]>([
    ['without the tenant check on numbers', blindTo('numbersMeant')],
    ['without the tenant check on configs', blindTo('config')],
    ['without the tenant check on trunks', blindTo('trunk')],
    ['without the check on caller ids', withAnyCallerId],
    ['with a tenant taken from the agent instead of the user', byAgent],
  ])('%s', (_, sabotaged) => {
    const property = fc.property(someWorld, (world) => void expectTenantsApart(sabotaged, world));
    expect(fc.check(property, RUNS).failed).toBe(true);
  });
});

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
