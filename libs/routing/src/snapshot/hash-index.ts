import { SharedChunks } from './shared-chunks.ts';

/** How an index asks about the rows whose numbers it holds. */
export interface KeyedRows {
  /** The hash of the row's key, 32 bits. */
  hashOf(row: number): number;
  /** Whether the row has the key that is being looked for. */
  isSought(row: number): boolean;
}

const BUCKET_BITS = 9;
const BUCKET_SLOTS = 1 << BUCKET_BITS;
const SLOT_MASK = BUCKET_SLOTS - 1;
const MOST_USED = BUCKET_SLOTS * 0.8;
/** How many rows a bucket is laid out for where their number is known beforehand: chance fills few beyond the most. */
const LAID_OUT_FOR = BUCKET_SLOTS * 0.7;
/** Buckets that are copied together before the first write to any of them. */
const CHUNK_BITS = 4;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;
/** A bucket does not split further than to so many rows on average: the directory stays small, whatever the hashes. */
const LEAST_AVERAGE = 16;
/** A slot is a row number plus one, and above it some bits of the hash, which spare looking at most other rows. */
const ROW_MASK = 0x3ffffff;
/** Brings bits of the hash that choose neither bucket nor slot to the top. */
const TAG_SHIFT = 11;

/** Hashes of the rows of a bucket that is being split. */
const HASHES = new Int32Array(BUCKET_SLOTS);
/** In place of the depth of a bucket that goes on with what had no room in another. */
const UNSPLITTABLE = -1;

/** How many rows an index can hold. */
export const MOST_ROWS = ROW_MASK;

/**
 * Finds row numbers by a key that is unique among them, by extendible hashing: the leading bits of the hash choose
 * a bucket, and a bucket that is full splits in two. Buckets are shared with the version the index was forked from
 * until they are written to.
 */
export class HashIndex {
  private readonly rows: KeyedRows;
  /** The bucket of each value of the `depth` leading bits. */
  private directory: Int32Array;
  private depth = 0;
  private count = 0;
  /** The slots of all buckets, 0 being an empty one; open addressing within a bucket. */
  private readonly slots: SharedChunks;
  /** By bucket: how many leading bits its rows have in common, how many they are, and where the rest of them is. */
  private readonly depths: number[];
  private readonly used: number[];
  private readonly continued: number[];

  constructor(rows: KeyedRows, from?: HashIndex) {
    this.rows = rows;
    this.slots = new SharedChunks(BUCKET_SLOTS << CHUNK_BITS, from?.slots);
    this.directory = from?.directory.slice() ?? new Int32Array(1);
    this.depths = from?.depths.slice() ?? [];
    this.used = from?.used.slice() ?? [];
    this.continued = from?.continued.slice() ?? [];
    this.depth = from?.depth ?? 0;
    this.count = from?.count ?? 0;
  }

  /** From now on nothing can be written. */
  seal(): void {
    this.slots.seal();
  }

  get bytes(): number {
    return this.slots.bytes + this.directory.byteLength;
  }

  /** The row with the key that is being looked for, or -1. */
  find(hash: number): number {
    if (this.count === 0) return -1;
    const tag = hash << TAG_SHIFT;
    for (let bucket = this.bucketOf(hash); bucket >= 0; bucket = this.continued[bucket]!) {
      const slots = this.slots.read(bucket >>> CHUNK_BITS);
      const first = (bucket & CHUNK_MASK) << BUCKET_BITS;
      for (let at = hash & SLOT_MASK; ; at = (at + 1) & SLOT_MASK) {
        const slot = slots[first + at]!;
        if (slot === 0) break;
        if (((slot ^ tag) & ~ROW_MASK) !== 0) continue;
        const row = (slot & ROW_MASK) - 1;
        if (this.rows.isSought(row)) return row;
      }
    }
    return -1;
  }

  /** Makes room for so many rows in an index without any: they would come to it by splitting again and again. */
  reserve(rows: number): void {
    if (this.count !== 0 || this.depths.length !== 0 || rows <= MOST_USED) return;
    this.depth = Math.ceil(Math.log2(rows / LAID_OUT_FOR));
    this.directory = new Int32Array(2 ** this.depth);
    for (let at = 0; at < this.directory.length; at++) this.directory[at] = this.addBucket(this.depth);
  }

  /** Adds a row whose key no other has. */
  add(hash: number, row: number): void {
    if (row >= MOST_ROWS) throw new RangeError(`A table of a snapshot holds at most ${MOST_ROWS} rows.`);
    if (this.depths.length === 0) this.addBucket(0);
    this.insert(this.bucketWithRoom(hash), hash, row);
    this.count++;
  }

  /** Puts `row` where `old` was; both have the same key. */
  replace(hash: number, old: number, row: number): void {
    const bucket = this.bucketWith(hash, old);
    const slots = this.slots.write(bucket >>> CHUNK_BITS);
    slots[this.slotOf(bucket, hash, old)] = toSlot(hash, row);
  }

  remove(hash: number, row: number): void {
    const bucket = this.bucketWith(hash, row);
    const slots = this.slots.write(bucket >>> CHUNK_BITS);
    const first = (bucket & CHUNK_MASK) << BUCKET_BITS;
    let hole = this.slotOf(bucket, hash, row) - first;
    // Rows that had to go past the hole move up to it, lest a look-up stop there.
    for (let at = (hole + 1) & SLOT_MASK; slots[first + at] !== 0; at = (at + 1) & SLOT_MASK) {
      const home = this.rows.hashOf((slots[first + at]! & ROW_MASK) - 1);
      if (((at - home) & SLOT_MASK) < ((at - hole) & SLOT_MASK)) continue;
      slots[first + hole] = slots[first + at]!;
      hole = at;
    }
    slots[first + hole] = 0;
    this.used[bucket]!--;
    this.count--;
  }

  private bucketOf(hash: number): number {
    return this.directory[this.depth === 0 ? 0 : hash >>> (32 - this.depth)]!;
  }

  private addBucket(depth: number): number {
    this.used.push(0);
    this.continued.push(-1);
    const bucket = this.depths.push(depth) - 1;
    this.slots.write(bucket >>> CHUNK_BITS);
    return bucket;
  }

  /** Where the row is, which is there. */
  private bucketWith(hash: number, row: number): number {
    let bucket = this.bucketOf(hash);
    while (this.slotOf(bucket, hash, row) < 0) bucket = this.continued[bucket]!;
    return bucket;
  }

  /** The slot within the bucket's chunk that has the row, or -1. */
  private slotOf(bucket: number, hash: number, row: number): number {
    const slots = this.slots.read(bucket >>> CHUNK_BITS);
    const first = (bucket & CHUNK_MASK) << BUCKET_BITS;
    const slot = toSlot(hash, row);
    let at = hash & SLOT_MASK;
    while (slots[first + at] !== slot) {
      if (slots[first + at] === 0) return -1;
      at = (at + 1) & SLOT_MASK;
    }
    return first + at;
  }

  private insert(bucket: number, hash: number, row: number): void {
    const slots = this.slots.write(bucket >>> CHUNK_BITS);
    const first = (bucket & CHUNK_MASK) << BUCKET_BITS;
    let at = hash & SLOT_MASK;
    while (slots[first + at] !== 0) at = (at + 1) & SLOT_MASK;
    slots[first + at] = toSlot(hash, row);
    this.used[bucket]!++;
  }

  /** A bucket that goes on in another does not split any more. */
  private bucketWithRoom(hash: number): number {
    let bucket = this.bucketOf(hash);
    while (
      this.isFull(bucket) &&
      this.continued[bucket]! < 0 &&
      2 ** this.depths[bucket]! * LEAST_AVERAGE <= this.count
    )
      bucket = this.split(bucket, hash);
    while (this.isFull(bucket)) {
      if (this.continued[bucket]! < 0) this.continued[bucket] = this.addBucket(UNSPLITTABLE);
      bucket = this.continued[bucket]!;
    }
    return bucket;
  }

  private isFull(bucket: number): boolean {
    return this.used[bucket]! >= MOST_USED;
  }

  /** Halves a full bucket; returns the half that the hash belongs to. */
  private split(low: number, hash: number): number {
    const depth = this.depths[low]!;
    if (depth === this.depth) {
      const before = this.directory;
      this.directory = new Int32Array(before.length * 2).map((_, at) => before[at >>> 1]!);
      this.depth++;
    }
    const high = this.addBucket(depth + 1);
    this.depths[low] = depth + 1;
    const bit = 0x80000000 >>> depth;
    const span = 2 ** (this.depth - depth - 1);
    const first = Math.floor(((hash | bit) >>> 0) / 2 ** (32 - this.depth) / span) * span;
    this.directory.fill(high, first, first + span);

    const slots = this.slots.write(low >>> CHUNK_BITS);
    const start = (low & CHUNK_MASK) << BUCKET_BITS;
    const before = slots.slice(start, start + BUCKET_SLOTS);
    // All hashes first: rows are far apart in memory, and fetching them overlaps when nothing else is in between.
    for (let at = 0; at < BUCKET_SLOTS; at++)
      if (before[at] !== 0) HASHES[at] = this.rows.hashOf((before[at]! & ROW_MASK) - 1);
    slots.fill(0, start, start + BUCKET_SLOTS);
    this.used[low] = 0;
    for (let at = 0; at < BUCKET_SLOTS; at++) {
      if (before[at] === 0) continue;
      this.insert((HASHES[at]! & bit) === 0 ? low : high, HASHES[at]!, (before[at]! & ROW_MASK) - 1);
    }
    return (hash & bit) === 0 ? low : high;
  }
}

function toSlot(hash: number, row: number): number {
  return ((hash << TAG_SHIFT) & ~ROW_MASK) | (row + 1);
}
