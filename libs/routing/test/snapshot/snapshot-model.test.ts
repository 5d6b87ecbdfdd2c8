import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { emptySnapshot } from '../../src/index.ts';
import type { Snapshot, Staging } from '../../src/index.ts';
import { NO_ROWS, TABLES, changed, model } from './model-snapshot.ts';
import type { Change, ModelTables } from './model-snapshot.ts';
import { NUMBERS, ORIGINS, ROW_IDS, TENANT_IDS, TRUNK_IDS, WRITTEN, anyChange } from './random-changes.ts';

/** Some changes, which are then committed or thrown away. */
interface Step {
  readonly changes: readonly Change[];
  readonly isCommitted: boolean;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    changes: fc.array(anyChange, { maxLength: 40 }),
    isCommitted: fc.integer({ min: 0, max: 3 }).map((draw) => draw > 0),
  }),
  { minLength: 1, maxLength: 6 },
);

describe('a snapshot is what a map of rows would be', () => {
  test('after any changes, in every version that there has been', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        let snapshot = emptySnapshot();
        let tables = NO_ROWS;
        const versions = [{ snapshot, tables }];
        for (const { changes, isCommitted } of steps) {
          const staging = snapshot.stage();
          apply(staging, changes);
          expectSame(snapshot, tables);
          if (!isCommitted) continue;
          snapshot = staging.commit(`test.${versions.length}`);
          tables = changed(tables, changes);
          versions.push({ snapshot, tables });
        }
        for (const version of versions) expectSame(version.snapshot, version.tables);
      }),
      { numRuns: 150 },
    );
  });
});

export function apply(staging: Staging, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind === 'put') staging.put(change.table, change.row as never);
    else staging.remove(change.table, change.key);
  }
}

function expectSame(snapshot: Snapshot, tables: ModelTables): void {
  for (const table of TABLES) {
    expect(snapshot.counts[table]).toBe(tables[table].size);
    expect(sorted([...snapshot.rows(table)])).toEqual(sorted([...tables[table].values()]));
  }
  for (const id of [...ROW_IDS, ...TENANT_IDS, 'nobody']) {
    expect(snapshot.tenantIdOfUser(id)).toBe(model.tenantIdOfUser(tables, id));
    expect(snapshot.tenantIdOfAgent(id)).toBe(model.tenantIdOfAgent(tables, id));
    expect(snapshot.tenant(id)).toStrictEqual(model.tenant(tables, id));
    expect(snapshot.config(id)).toStrictEqual(model.config(tables, id));
  }
  for (const origin of ORIGINS) {
    expect(snapshot.deployment(origin)).toStrictEqual(model.deployment(tables, origin));
    for (const id of TRUNK_IDS) expect(snapshot.trunk(origin, id)).toStrictEqual(model.trunk(tables, origin, id));
  }
  const written = new Set(WRITTEN);
  for (const { baseNumber } of tables.voice_agent_numbers.values()) written.add(baseNumber).add(`+1${baseNumber}`);
  for (const tenantId of TENANT_IDS) {
    for (const number of NUMBERS)
      expect(snapshot.doNotCall(tenantId, number)).toBe(model.doNotCall(tables, tenantId, number));
    for (const number of written) {
      const meant = model.numbersMeant(tables, tenantId, number);
      expect(snapshot.numbersMeant(tenantId, number)).toStrictEqual(meant);
    }
  }
}

function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
}
