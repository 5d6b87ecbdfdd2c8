import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { SnapshotFormatError, dumpSnapshot, emptySnapshot, restoreSnapshot } from '../../src/index.ts';
import type { Snapshot } from '../../src/index.ts';
import { apply, expectSame } from './expect-same.ts';
import { NO_ROWS, changed } from './model-snapshot.ts';
import { anyChange } from './random-changes.ts';
import { storedIn } from './stored-in.ts';

const CHANGES = fc.sample(anyChange, { seed: 7, numRuns: 40 });
const TABLES = changed(NO_ROWS, CHANGES);

function exampleSnapshot(): Snapshot {
  const staging = emptySnapshot().stage();
  apply(staging, CHANGES);
  return staging.commit('epoch.41');
}

function bytesOf(snapshot: Snapshot): Uint8Array {
  return Uint8Array.from(Array.from(dumpSnapshot(snapshot), (part) => [...part]).flat());
}

/** A part at a time, each so many bytes long. */
function* cut(bytes: Uint8Array, length: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe('a dumped snapshot', () => {
  const bytes = bytesOf(exampleSnapshot());

  test('is the same when it is restored, wherever its bytes are cut', () => {
    for (const length of [1, 3, 16, 1000, bytes.length]) {
      const restored = restoreSnapshot(cut(bytes, length));
      expect(restored.snapshotVersion).toBe('epoch.41');
      expectSame(restored, TABLES);
      expect(storedIn(restored)).toEqual(storedIn(exampleSnapshot()));
    }
  });

  test('is an error when it is cut short, at any byte', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => restoreSnapshot([bytes.subarray(0, length)])).toThrow(SnapshotFormatError);
  });

  test('is an error when any byte is another, and when there are more', () => {
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << (at % 8);
      expect(() => restoreSnapshot([damaged])).toThrow(SnapshotFormatError);
    }
    expect(() => restoreSnapshot([bytes, Uint8Array.of(0)])).toThrow(SnapshotFormatError);
    expect(() => restoreSnapshot([bytes, bytes])).toThrow(SnapshotFormatError);
  });

  test('is an error when parts of it are missing, doubled, in another order or anything else', () => {
    const parts = fc.array(fc.nat({ max: 40 }), { maxLength: 50 });
    const frames = [...dumpSnapshot(exampleSnapshot())];
    fc.assert(
      fc.property(parts, (order) => {
        const picked = order.flatMap((index) => frames[index] ?? []);
        fc.pre(picked.length !== frames.length || picked.some((frame, index) => frame !== frames[index]));
        expect(() => restoreSnapshot(picked)).toThrow(SnapshotFormatError);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 })), (garbage) => {
        expect(() => restoreSnapshot(garbage)).toThrow(SnapshotFormatError);
      }),
    );
  });

  test('comes in parts of 256 kB at most, also with texts and tables that are longer', () => {
    const staging = emptySnapshot().stage();
    const tenantId = '11111111-1111-4111-8111-111111111111';
    const longest = JSON.stringify({ name: '\u0001'.repeat(10_000) });
    for (let n = 0; n < 20_000; n++) {
      const id = `a${String(n).padStart(7, '0')}-1111-4111-8111-111111111111`;
      const rules = n < 10 ? `${longest}${' '.repeat(n)}` : null;
      const row = { id, tenantId, baseNumber: String(2_000_000_000 + n), countryCode: '1', rules, isActive: true };
      staging.put('voice_agent_numbers', row);
    }
    const snapshot = staging.commit('epoch.1');
    const parts = [...dumpSnapshot(snapshot)];
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(256 * 1024);
    const restored = restoreSnapshot(parts);
    const rows = (of: Snapshot) => Array.from(of.rows('voice_agent_numbers'), (row) => JSON.stringify(row)).sort();
    expect(rows(restored).join() === rows(snapshot).join()).toBe(true);
  });
});
