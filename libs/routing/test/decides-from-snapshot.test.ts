import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decideRoute } from '../src/index.ts';
import type { RoutingView, TraceStep } from '../src/index.ts';
import { emptySnapshot } from '../src/snapshot/empty-snapshot.ts';
import type { Snapshot, SnapshotRows, Staging, TableName } from '../src/snapshot/snapshot.ts';
import { viewOf } from './example-view.ts';
import type { ExampleRows } from './example-view.ts';
import { someWorld } from './some-world.ts';
import type { World } from './some-world.ts';

const RUNS = { numRuns: 1_500, seed: 20260102 };

const KEYS: { readonly [Table in TableName]: (row: SnapshotRows[Table]) => string } = {
  users: (row) => row.id,
  voice_agents: (row) => row.id,
  tenants: (row) => row.id,
  voice_agent_numbers: (row) => row.id,
  voice_agent_livekit: (row) => row.id,
  deployments: (row) => row.origin,
  trunks: (row) => `${row.deploymentOrigin} ${row.sipTrunkId}`,
  do_not_call: (row) => `${row.tenantId ?? ''} ${row.number}`,
};
const TABLES = Object.keys(KEYS) as TableName[];

function put<Table extends TableName>(staging: Staging, table: Table, rows: readonly SnapshotRows[Table][]): void {
  for (const row of rows) staging.put(table, row);
}

function take<Table extends TableName>(staging: Staging, table: Table, rows: readonly SnapshotRows[Table][]): void {
  for (const row of rows) staging.remove(table, KEYS[table](row));
}

/** Changes a snapshot so that it holds these rows and, but for what they replace, nothing of the others. */
function change(snapshot: Snapshot, from: ExampleRows | undefined, to: ExampleRows): Snapshot {
  const staging = snapshot.stage();
  for (const table of TABLES) {
    if (from !== undefined) take(staging, table, from[table]);
    put(staging, table, to[table]);
  }
  return staging.commit('epoch.1');
}

function explained(view: RoutingView, [, asked, circumstances]: World): unknown {
  const trace: TraceStep[] = [];
  return [decideRoute(view, asked, circumstances), decideRoute(view, asked, { ...circumstances, trace }), trace];
}

test('from the packed snapshot of the same rows comes the same decision, with the same words', () => {
  fc.assert(
    fc.property(someWorld, (world) => {
      const snapshot = change(emptySnapshot(), undefined, world[0]);
      expect(explained(snapshot, world)).toEqual(explained(viewOf(world[0]), world));
    }),
    RUNS,
  );
});

test('so it does when the snapshot held another configuration before, and that one stays as it was', () => {
  fc.assert(
    fc.property(someWorld, someWorld, (one, other) => {
      const before = change(emptySnapshot(), undefined, one[0]);
      const after = change(before, one[0], other[0]);
      expect(explained(after, other)).toEqual(explained(viewOf(other[0]), other));
      expect(explained(before, one)).toEqual(explained(viewOf(one[0]), one));
    }),
    { ...RUNS, numRuns: 300 },
  );
});

test('so it does for many requests of all tenants in turn: nothing is remembered of one for another', () => {
  fc.assert(
    fc.property(fc.array(someWorld, { minLength: 3, maxLength: 6 }), ([first, ...others]) => {
      const rows = first![0];
      const snapshot = change(emptySnapshot(), undefined, rows);
      const all = [first!, ...others].map(([, ...asked]): World => [rows, ...asked]);
      for (const world of [...all, ...all]) expect(explained(snapshot, world)).toEqual(explained(viewOf(rows), world));
    }),
    { ...RUNS, numRuns: 200 },
  );
});

test('sabotaged: a row that did not reach the snapshot is found', () => {
  const property = fc.property(someWorld, (world) => {
    const lossy = { ...world[0], trunks: world[0].trunks.slice(1) };
    const snapshot = change(emptySnapshot(), undefined, lossy);
    expect(explained(snapshot, world)).toEqual(explained(viewOf(world[0]), world));
  });
  expect(fc.check(property, RUNS).failed).toBe(true);
});
