import { describe, expect, test } from '@jest/globals';

import { HashIndex } from '../../src/snapshot/hash-index.ts';
import { finish } from '../../src/snapshot/hash.ts';

/** An index of numbers, each its own key. */
function indexOf(hash: (key: number) => number) {
  let sought = -1;
  const rows = { hashOf: hash, isSought: (row: number) => row === sought };
  const make = (from?: HashIndex) => {
    const index = new HashIndex(rows, from);
    return {
      index,
      has: (key: number) => ((sought = key), index.find(hash(key)) === key),
      add: (key: number) => index.add(hash(key), key),
      remove: (key: number) => index.remove(hash(key), key),
    };
  };
  return make;
}

const HASHES = {
  'good ones': (key: number) => finish(key),
  'the same for all': () => 12345,
  'the same leading bits for all': (key: number) => finish(key) >>> 20,
  'the same trailing bits for all': (key: number) => (finish(key) & 0xfffff000) >>> 0,
  'one leading bit at a time': (key: number) => (0x80000000 >>> (key % 32)) >>> 0,
};

describe.each(Object.entries(HASHES))('with hashes that are %s', (name, hash) => {
  const count = name === 'good ones' ? 100_000 : 3_000;

  test('an index finds what was added and not removed, and nothing else', () => {
    const { has, add, remove } = indexOf(hash)();
    for (let key = 0; key < count; key++) add(key);
    for (let key = 0; key < count; key++) if (!has(key)) throw new Error(`${key} is lost`);
    expect(has(count)).toBe(false);
    for (let key = 0; key < count; key += 2) remove(key);
    for (let key = 0; key < count; key++) if (has(key) !== (key % 2 === 1)) throw new Error(`wrong about ${key}`);
    for (let key = 0; key < count; key += 2) add(key);
    for (let key = 0; key < count; key++) if (!has(key)) throw new Error(`${key} is lost`);
  });

  test('what is done to a fork does not show in the index it was forked from', () => {
    const make = indexOf(hash);
    const before = make();
    for (let key = 0; key < count; key++) before.add(key);
    before.index.seal();
    const fork = make(before.index);
    for (let key = 0; key < count; key += 3) fork.remove(key);
    for (let key = count; key < count * 2; key++) fork.add(key);
    for (let key = 0; key < count; key++) {
      if (!before.has(key)) throw new Error(`${key} is lost`);
      if (fork.has(key) !== (key % 3 !== 0)) throw new Error(`wrong about ${key}`);
    }
    expect(before.has(count)).toBe(false);
    expect(fork.has(count)).toBe(true);
    expect(() => before.add(count)).toThrow('cannot be written to');
  });
});
