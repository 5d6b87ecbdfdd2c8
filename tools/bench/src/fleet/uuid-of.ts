/** What a made-up row is; a part of its id. */
export type RowKind = 'tenant' | 'user' | 'agent' | 'config' | 'number';

const SEEDS: Readonly<Record<RowKind, number>> = { tenant: 11, user: 22, agent: 33, config: 44, number: 55 };

/** The id of the nth row of a kind: a UUID that is the same in every run and looks drawn at random. */
export function uuidOf(kind: RowKind, n: number): string {
  const seed = SEEDS[kind];
  const [a, b, c, d] = [mix(n, seed), mix(n, seed + 1), mix(n, seed + 2), mix(n, seed + 3)];
  return `${hex(a, 8)}-${hex(b >>> 16, 4)}-4${hex(b & 0xfff, 3)}-8${hex(c >>> 20, 3)}-${hex(c & 0xffff, 4)}${hex(d, 8)}`;
}

/** 32 bits that look random, from two numbers. */
export function mix(n: number, seed: number): number {
  let hash = Math.imul(n ^ Math.imul(seed, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
