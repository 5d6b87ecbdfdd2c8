import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { dumpSnapshot, emptySnapshot, restoreSnapshot } from '../../src/index.ts';
import { apply, expectSame } from './expect-same.ts';
import { NO_ROWS, TABLES, changed } from './model-snapshot.ts';
import type { Change } from './model-snapshot.ts';
import { anyChange } from './random-changes.ts';
import { storedIn } from './stored-in.ts';

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
          if (!isCommitted) continue;
          snapshot = staging.commit(`test.${versions.length}`);
          tables = changed(tables, changes);
          versions.push({ snapshot, tables });
        }
        for (const version of versions) expectSame(version.snapshot, version.tables);
      }),
      { numRuns: 100 },
    );
  });

  test('after it was dumped, restored and changed', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 60 }), fc.array(anyChange), (before, after) => {
        const staging = emptySnapshot().stage();
        apply(staging, before);
        const restored = restoreSnapshot(dumpSnapshot(staging.commit('test.1')));
        const tables = changed(NO_ROWS, before);
        expect(restored.snapshotVersion).toBe('test.1');
        expectSame(restored, tables);

        const next = restored.stage();
        apply(next, after);
        expectSame(next.commit('test.2'), changed(tables, after));
      }),
      { numRuns: 60 },
    );
  });

  test('and holds on to nothing once all rows are gone', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 60 }), (changes) => {
        const staging = emptySnapshot().stage();
        apply(staging, changes);
        const full = staging.commit('test.1');
        for (const snapshot of [full, restoreSnapshot(dumpSnapshot(full))]) {
          const emptying = snapshot.stage();
          for (const table of TABLES)
            for (const key of changed(NO_ROWS, changes)[table].keys()) emptying.remove(table, key);
          const empty = emptying.commit('test.2');
          expect(storedIn(empty)).toMatchObject({ distinctRules: 0, otherTexts: 0, namedTenants: 0 });
          expectSame(empty, NO_ROWS);
        }
      }),
      { numRuns: 60 },
    );
  });
});
