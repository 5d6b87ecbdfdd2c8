import { canMean, toE164 } from '@dialplane/tenancy';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decideRoute } from '../src/index.ts';
import type { Decision, RouteRequest, RoutingView } from '../src/index.ts';
import { config, id, NOW, number, request, view } from './example-view.ts';

/**
 * Worlds in which three tenants share numbers, configs and confusion: the view holds everything of everybody,
 * which is more than any loader would put there.
 */
const TENANTS = [1, 2, 3].map((n) => id(1, n));
const someTenant = fc.constantFrom(...TENANTS);
const someConfigId = fc.integer({ min: 1, max: 6 }).map((n) => id(3, n));

const someRules = fc.oneof(
  { weight: 6, arbitrary: someConfigId.map((livekit_config): unknown => ({ livekit_config })) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, {}, { note: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>([], 'text', { livekit_config: 'x' }) },
);

const someNumbers = fc
  .array(
    fc.record({
      tenantId: someTenant,
      baseNumber: fc.constantFrom('2125550100', '2125550101', '12125550100'),
      countryCode: fc.constantFrom('1', '+1', '91', '971'),
      rules: someRules,
      isActive: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((rows) => rows.map((row, index) => number({ ...row, id: id(4, index) })));

const someConfigs = fc
  .uniqueArray(
    fc.record({
      id: someConfigId,
      tenantId: fc.option(someTenant, { freq: 4 }),
      isActive: fc.boolean(),
      dialMode: fc.constantFrom('legacy', 'legacy', 'other'),
    }),
    { selector: (row) => row.id, maxLength: 6 },
  )
  .map((rows) =>
    rows.map((row) =>
      config({ ...row, name: `name ${row.id}`, sipTrunkId: `ST_${row.id}`, agentName: `agent ${row.id}` }),
    ),
  );

const someWorld = fc
  .record({
    user: fc.option(someTenant, { freq: 9, nil: undefined }),
    numbers: someNumbers,
    configs: someConfigs,
    agentTenantId: fc.option(someTenant),
    fallback: fc.boolean(),
    fromNumber: fc.constantFrom('+12125550100', '12125550100', '02125550100', '2125550100', '+912125550100', '+1'),
    named: fc.boolean(),
  })
  .map(({ user, numbers, configs, agentTenantId, fallback, fromNumber, named }): [RoutingView, RouteRequest] => [
    view({
      userTenantId: named ? undefined : user,
      tenant: undefined,
      numbers,
      configs,
      agentTenantId,
      environmentFallback: fallback
        ? {
            url: 'ws://fallback.example.com',
            deployment: 'http://fallback.example.com',
            sipTrunkId: 'ST_environment',
            agentName: 'fallback',
          }
        : undefined,
    }),
    request({ fromNumber, ...(named && user !== undefined ? { initiatedBy: undefined, tenantId: user } : {}) }),
  ]);

type Decide = (view: RoutingView, request: RouteRequest, now: Date) => Decision;

/** What no decision may ever do, whatever it decides. */
function expectTenantsApart(decide: Decide, [world, asked]: [RoutingView, RouteRequest]): Decision {
  const tenant = asked.initiatedBy === undefined ? asked.tenantId : world.userTenantId;
  const decision = decide(world, asked, NOW);
  const told = JSON.stringify(decision);
  for (const other of world.configs.filter(({ tenantId }) => tenantId !== null && tenantId !== tenant)) {
    for (const theirs of [other.sipTrunkId!, other.agentName!, other.name]) expect(told).not.toContain(theirs);
  }
  for (const other of TENANTS.filter((each) => each !== tenant)) expect(told).not.toContain(other);
  if (decision.kind === 'rejected') return decision;

  const row = world.numbers.find(({ id }) => id === decision.number.id)!;
  expect(decision.tenantId).toBe(tenant);
  expect(row).toMatchObject({ tenantId: tenant, isActive: true });
  expect(canMean(asked.fromNumber, row)).toBe(true);
  for (const target of decision.targets) {
    expect(target.callerId).toBe(toE164(row));
    if (decision.source === 'environment') {
      expect(world.environmentFallback).toBeDefined();
      expect((row.rules as { livekit_config?: unknown } | null)?.livekit_config).toBeUndefined();
      expect(target).toMatchObject({ livekitConfigId: undefined, sipTrunkId: 'ST_environment' });
    } else {
      const chosen = world.configs.find(({ id }) => id === target.livekitConfigId)!;
      expect([tenant, null]).toContain(chosen.tenantId);
      expect(row.rules).toMatchObject({ livekit_config: chosen.id });
      expect(target.sipTrunkId).toBe(chosen.sipTrunkId);
    }
  }
  return decision;
}

const RUNS = { numRuns: 5_000, seed: 20260102 };

test("no decision uses or tells another tenant's config, trunk, agent or caller id", () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(someWorld, (world) => {
      const decision = expectTenantsApart(decideRoute, world);
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
    'ambiguous_number',
    'config_not_found',
    'user_not_found',
  ]) {
    expect([kind, (kinds.get(kind) ?? 0) > 20]).toEqual([kind, true]);
  }
});

test('a decision changes nothing that it is given, and is the same when it is made again', () => {
  fc.assert(
    fc.property(someWorld, ([world, asked]) => {
      const before = JSON.stringify([world, asked]);
      const decision = decideRoute(freeze(world), freeze(asked), NOW);
      expect(decideRoute(world, asked, NOW)).toEqual(decision);
      expect(JSON.stringify([world, asked])).toBe(before);
    }),
    { ...RUNS, numRuns: 500 },
  );
});

test('the order in which the rows were read decides nothing', () => {
  fc.assert(
    fc.property(someWorld, ([world, asked]) => {
      const turned = { ...world, numbers: world.numbers.toReversed(), configs: world.configs.toReversed() };
      const [one, other] = [decideRoute(world, asked, NOW), decideRoute(turned, asked, NOW)];
      expect(other.kind === 'routed' ? other.targets : other.reason).toEqual(
        one.kind === 'routed' ? one.targets : one.reason,
      );
    }),
    RUNS,
  );
});

/** The decision with one of its eyes shut: it takes the rows of everybody for the asking tenant's own. */
const blindTo =
  (rows: 'numbers' | 'configs'): Decide =>
  (world, asked, now) => {
    const tenantId = (asked.initiatedBy === undefined ? asked.tenantId : world.userTenantId) ?? '';
    const painted = world[rows].map((row) => ({ ...row, tenantId }));
    return decideRoute({ ...world, [rows]: painted }, asked, now);
  };

describe('sabotaged', () => {
  test.each(['numbers', 'configs'] as const)('without the tenant check on %s the property fails', (rows) => {
    const property = fc.property(someWorld, (world) => void expectTenantsApart(blindTo(rows), world));
    expect(fc.check(property, RUNS).failed).toBe(true);
  });

  test('a tenant taken from the agent instead of the user fails', () => {
    const fromAgent: Decide = (world, asked, now) =>
      decideRoute({ ...world, userTenantId: world.agentTenantId ?? undefined }, asked, now);
    const property = fc.property(someWorld, (world) => void expectTenantsApart(fromAgent, world));
    expect(fc.check(property, RUNS).failed).toBe(true);
  });
});

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
