import { SharedChunks } from './shared-chunks.ts';

/** Rows of one chunk, a power of two. What a change copies at most, per table that it touches. */
const CHUNK_BITS = 10;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;
/** In a row's last word: there is no row. */
const FREE = -1;

/**
 * Rows of `stride` 32-bit words each, known by row numbers, which share their memory with the version they were
 * forked from until they are written to. A row's last word must never be -1.
 */
export class PackedRows {
  readonly stride: number;
  /** Row numbers given out so far, those that are free again included. */
  length: number;
  /** Rows there are. */
  count: number;
  private readonly chunks: SharedChunks;
  /** The free row to use next, plus one; each names the one after it in its first word. */
  private free: number;

  constructor(stride: number, from?: PackedRows) {
    this.stride = stride;
    this.chunks = new SharedChunks(stride << CHUNK_BITS, from?.chunks);
    this.length = from?.length ?? 0;
    this.count = from?.count ?? 0;
    this.free = from?.free ?? 0;
  }

  /** From now on nothing can be written. */
  seal(): void {
    this.chunks.seal();
  }

  get bytes(): number {
    return this.chunks.bytes;
  }

  /** The chunk that holds the row, to be read from `offset` of the row on. */
  chunk(row: number): Int32Array {
    return this.chunks.read(row >>> CHUNK_BITS);
  }

  offset(row: number): number {
    return (row & CHUNK_MASK) * this.stride;
  }

  word(row: number, index: number): number {
    return this.chunks.read(row >>> CHUNK_BITS)[(row & CHUNK_MASK) * this.stride + index]!;
  }

  /** The chunk that holds the row, to be written to; nobody else sees it. */
  writable(row: number): Int32Array {
    return this.chunks.write(row >>> CHUNK_BITS);
  }

  setWord(row: number, index: number, word: number): void {
    this.writable(row)[this.offset(row) + index] = word;
  }

  /** A row number for a new row, whose words are all 0. */
  add(): number {
    const row = this.free === 0 ? this.length++ : this.free - 1;
    const chunk = this.writable(row);
    const at = this.offset(row);
    if (this.free !== 0) this.free = chunk[at]!;
    for (let word = 0; word < this.stride; word++) chunk[at + word] = 0;
    this.count++;
    return row;
  }

  remove(row: number): void {
    const chunk = this.writable(row);
    const at = this.offset(row);
    chunk[at] = this.free;
    chunk[at + this.stride - 1] = FREE;
    this.free = row + 1;
    this.count--;
  }

  /** The words of the rows from `first` to before `end`, one after another, after `lead` words of 0. */
  copyRows(first: number, end: number, lead: number): Int32Array<ArrayBuffer> {
    const copy = new Int32Array(lead + (end - first) * this.stride);
    let length = lead;
    for (let row = first; row < end; row++) {
      if (!this.isRow(row)) continue;
      const at = this.offset(row);
      copy.set(this.chunk(row).subarray(at, at + this.stride), length);
      length += this.stride;
    }
    return copy.slice(0, length);
  }

  isRow(row: number): boolean {
    return this.word(row, this.stride - 1) !== FREE;
  }
}
