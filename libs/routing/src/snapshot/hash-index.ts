/** How an index asks about the rows whose numbers it holds. */
export interface KeyedRows {
  /** The hash of the row's key, 32 bits. */
  hashOf(row: number): number;
  /** Whether the row has the key that is being looked for. */
  isSought(row: number): boolean;
}

/** Rows of a part of the index, by open addressing. */
interface Bucket {
  /** How many leading bits of their hashes the rows have in common. */
  depth: number;
  used: number;
  /** Row numbers plus one; 0 is an empty slot. The length is a power of two. */
  readonly slots: Uint32Array;
  /** The only index that may write to it. */
  readonly owner: HashIndex;
}

const FIRST_SLOTS = 16;
/** A bucket splits rather than outgrow this, so that no step of growing is a long one. */
const MOST_SLOTS = 512;
const FULL = 0.8;
/** Buckets do not split below so many rows on average, whatever their hashes: the directory stays small. */
const LEAST_AVERAGE = 64;

/**
 * Finds row numbers by a key that is unique among them. Buckets are chosen by the leading bits of the hash and
 * shared with the version the index was forked from until they are written to (extendible hashing).
 */
export class HashIndex {
  private readonly rows: KeyedRows;
  private directory: Bucket[];
  /** The directory has 2^depth entries. */
  private depth = 0;
  private count = 0;
  private isSealed = false;

  constructor(rows: KeyedRows, from?: HashIndex) {
    this.rows = rows;
    this.directory = from === undefined ? [this.bucket(0, FIRST_SLOTS)] : from.directory.slice();
    if (from === undefined) return;
    this.depth = from.depth;
    this.count = from.count;
  }

  /** From now on nothing can be written. */
  seal(): void {
    this.isSealed = true;
  }

  /** The row with the key that is being looked for, or -1. */
  find(hash: number): number {
    const { slots } = this.directory[this.place(hash)]!;
    const mask = slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at]!;
      if (slot === 0) return -1;
      if (this.rows.isSought(slot - 1)) return slot - 1;
    }
  }

  /** Adds a row whose key no other has. */
  add(hash: number, row: number): void {
    let bucket = this.writable(hash);
    while (bucket.used + 1 > bucket.slots.length * FULL) bucket = this.grow(bucket, hash);
    insert(bucket, hash, row);
    this.count++;
  }

  /** Puts `row` where `old` was; both have the same key. */
  replace(hash: number, old: number, row: number): void {
    const { slots } = this.writable(hash);
    slots[slotOf(slots, hash, old)] = row + 1;
  }

  remove(hash: number, row: number): void {
    const bucket = this.writable(hash);
    const { slots } = bucket;
    const mask = slots.length - 1;
    let hole = slotOf(slots, hash, row);
    // Rows that had to go past the hole move up to it, lest a look-up stop there.
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const home = this.rows.hashOf(slots[at]! - 1) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = slots[at]!;
      hole = at;
    }
    slots[hole] = 0;
    bucket.used--;
    this.count--;
  }

  private place(hash: number): number {
    return this.depth === 0 ? 0 : hash >>> (32 - this.depth);
  }

  private bucket(depth: number, slots: number): Bucket {
    return { depth, used: 0, slots: new Uint32Array(slots), owner: this };
  }

  private writable(hash: number): Bucket {
    if (this.isSealed) throw new TypeError('A snapshot that is made cannot be written to.');
    const bucket = this.directory[this.place(hash)]!;
    if (bucket.owner === this) return bucket;
    const copy = { ...bucket, slots: bucket.slots.slice(), owner: this };
    this.enter(copy, hash);
    return copy;
  }

  /** Lets every entry of the directory that belongs to the bucket name it. */
  private enter(bucket: Bucket, hash: number): void {
    const span = this.depth - bucket.depth;
    const first = (this.place(hash) >>> span) << span;
    this.directory.fill(bucket, first, first + (1 << span));
  }

  /** Makes room in a full bucket; returns the one that the hash belongs to then. */
  private grow(full: Bucket, hash: number): Bucket {
    const { slots, depth } = full;
    if (slots.length < MOST_SLOTS || 2 ** depth * LEAST_AVERAGE > this.count) {
      const wider = this.bucket(depth, slots.length * 2);
      for (const slot of slots) if (slot !== 0) insert(wider, this.rows.hashOf(slot - 1), slot - 1);
      this.enter(wider, hash);
      return wider;
    }
    if (depth === this.depth) {
      this.directory = this.directory.flatMap((bucket) => [bucket, bucket]);
      this.depth++;
    }
    const low = this.bucket(depth + 1, slots.length);
    const high = this.bucket(depth + 1, slots.length);
    const bit = 0x80000000 >>> depth;
    for (const slot of slots) {
      if (slot === 0) continue;
      const itsHash = this.rows.hashOf(slot - 1);
      insert((itsHash & bit) === 0 ? low : high, itsHash, slot - 1);
    }
    this.enter(low, (hash & ~bit) >>> 0);
    this.enter(high, (hash | bit) >>> 0);
    return (hash & bit) === 0 ? low : high;
  }
}

function insert(bucket: Bucket, hash: number, row: number): void {
  const { slots } = bucket;
  const mask = slots.length - 1;
  let at = hash & mask;
  while (slots[at] !== 0) at = (at + 1) & mask;
  slots[at] = row + 1;
  bucket.used++;
}

function slotOf(slots: Uint32Array, hash: number, row: number): number {
  const mask = slots.length - 1;
  let at = hash & mask;
  while (slots[at] !== row + 1) {
    if (slots[at] === 0) throw new Error('The index does not have the row.');
    at = (at + 1) & mask;
  }
  return at;
}
