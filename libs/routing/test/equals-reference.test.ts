import { describe, expect, test } from '@jest/globals';
import type { Reading, Rules } from '@dialplane/tenancy';
import fc from 'fast-check';

import { decideRoute, REJECTIONS } from '../src/index.ts';
import type { Decision, RoutingView } from '../src/index.ts';
import { viewOf } from './example-view.ts';
import { referenceDecision } from './reference-decision.ts';
import type { Reference } from './reference-decision.ts';
import { someWorld } from './some-world.ts';
import type { World } from './some-world.ts';

/** A failure prints the seed and the smallest world that fails. */
const RUNS = { numRuns: 6_000, seed: 20260102 };

type Decide = (...world: World) => Decision;

const decideFromRows: Decide = (rows, asked, circumstances) => decideRoute(viewOf(rows), asked, circumstances);

function comparable(decision: Decision): Reference {
  if (decision.kind === 'rejected') return { reason: decision.reason, tenantId: decision.tenantId };
  const { tenantId, number, source, targets, notes } = decision;
  return { tenantId, numberId: number.id, source, targets, notes: notes.length };
}

function expectReference(decide: Decide, world: World): Decision {
  const decision = decide(...world);
  expect(comparable(decision)).toEqual(referenceDecision(...world));
  return decision;
}

test('a decision is what a slow and obvious implementation of the same rules comes to', () => {
  const kinds = new Map<string, number>();
  fc.assert(
    fc.property(someWorld, (world) => {
      const decision = expectReference(decideFromRows, world);
      const kind =
        decision.kind === 'routed' ? `${decision.source} ${Math.min(decision.targets.length, 3)}` : decision.reason;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }),
    RUNS,
  );
  // Everything that can happen did, and not once alone.
  for (const kind of ['database 1', 'database 2', 'database 3', 'environment 1', ...Object.keys(REJECTIONS)])
    expect([kind, (kinds.get(kind) ?? 0) > 2]).toEqual([kind, true]);
});

test('an explained decision is the same, and its first refusal is the decision', () => {
  fc.assert(
    fc.property(someWorld, ([rows, asked, circumstances]) => {
      const decision = decideFromRows(rows, asked, circumstances);
      const trace: NonNullable<typeof circumstances.trace> = [];
      expect(decideFromRows(rows, asked, { ...circumstances, trace })).toEqual(decision);
      const first = trace.find(({ outcome }) => outcome === 'refused')?.refusal?.reason;
      expect(first).toBe(decision.kind === 'rejected' ? decision.reason : undefined);
    }),
    { ...RUNS, numRuns: 2_000 },
  );
});

test('a decision holds as long as it says', () => {
  fc.assert(
    fc.property(someWorld, ([rows, asked, circumstances]) => {
      const decision = decideFromRows(rows, asked, circumstances);
      if (decision.kind === 'rejected') return;
      const { now } = circumstances;
      expect(decision.expiresAt).toBeGreaterThan(now);
      expect(decision.expiresAt).toBeLessThanOrEqual(now + 300_000);
      const last = decideFromRows(rows, asked, { ...circumstances, now: decision.expiresAt - 1 });
      expect(comparable(last)).toEqual(comparable(decision));
    }),
    { ...RUNS, numRuns: 2_000 },
  );
});

/** The decision from rules that were read otherwise than they are written. */
function misread(change: (rules: Rules) => Rules): Decide {
  const read = (rules: Reading<Rules>): Reading<Rules> =>
    rules.kind === 'ok' ? { kind: 'ok', value: change(rules.value) } : rules;
  return (rows, asked, circumstances) => {
    const view = viewOf(rows);
    const numbersMeant: RoutingView['numbersMeant'] = (...which) =>
      view.numbersMeant(...which).map((number) => ({ ...number, rules: read(number.rules) }));
    return decideRoute({ ...view, numbersMeant }, asked, circumstances);
  };
}

describe('sabotaged, the comparison finds', () => {
  test.each<[string, Decide]>([
    ['a draw by another key', (rows, asked, rest) => decideFromRows(rows, { ...asked, routingKey: 'x' }, rest)],
    ['a strategy left out', misread((rules) => ({ ...rules, strategy: 'weight' }))],
    [
      'a fallthrough left out',
      misread((rules) => ({
        ...rules,
        carriers: rules.carriers.map((carrier) => ({ ...carrier, fallthrough: false })),
      })),
    ],
    ['a region left out', misread((rules) => ({ ...rules, region: undefined }))],
    ['carriers left out', misread((rules) => ({ ...rules, carriers: [] }))],
    [
      'a list of countries left out',
      (rows, ...rest) =>
        decideFromRows({ ...rows, trunks: rows.trunks.map((row) => ({ ...row, cliCountries: null })) }, ...rest),
    ],
  ])('%s', (_, decide) => {
    const property = fc.property(someWorld, (world) => void expectReference(decide, world));
    expect(fc.check(property, RUNS).failed).toBe(true);
  });
});
