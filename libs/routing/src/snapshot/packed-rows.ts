/** Rows of one chunk, a power of two. What a change copies at most, per table that it touches. */
const CHUNK_BITS = 10;
const CHUNK_ROWS = 1 << CHUNK_BITS;
/** In a row's last word: there is no row. */
const FREE = 0xffffffff;

/**
 * Rows of `stride` 32-bit words each, known by row numbers, in chunks that are shared with the version they
 * were forked from until they are written to. A row's last word must never be 0xffffffff.
 */
export class PackedRows {
  readonly stride: number;
  /** Row numbers given out so far, those that are free again included. */
  length = 0;
  /** Rows there are. */
  count = 0;
  private readonly chunks: Uint32Array[];
  /** Which chunks nobody else sees; undefined: the rows are sealed. */
  private own: boolean[] | undefined = [];
  /** The free row to use next, plus one; each names the one after it in its first word. */
  private free = 0;

  constructor(stride: number, from?: PackedRows) {
    this.stride = stride;
    this.chunks = from === undefined ? [] : from.chunks.slice();
    if (from === undefined) return;
    this.length = from.length;
    this.count = from.count;
    this.free = from.free;
  }

  /** From now on nothing can be written. */
  seal(): void {
    this.own = undefined;
  }

  /** The chunk that holds the row, to be read from `offset` of the row on. */
  chunk(row: number): Uint32Array {
    return this.chunks[row >>> CHUNK_BITS]!;
  }

  offset(row: number): number {
    return (row & (CHUNK_ROWS - 1)) * this.stride;
  }

  word(row: number, index: number): number {
    return this.chunks[row >>> CHUNK_BITS]![(row & (CHUNK_ROWS - 1)) * this.stride + index]!;
  }

  /** The chunk that holds the row, to be written to; nobody else sees it. */
  writable(row: number): Uint32Array {
    if (this.own === undefined) throw new TypeError('A snapshot that is made cannot be written to.');
    const number = row >>> CHUNK_BITS;
    if (this.own[number] !== true) {
      this.own[number] = true;
      const shared = this.chunks[number];
      this.chunks[number] = shared === undefined ? new Uint32Array(CHUNK_ROWS * this.stride) : shared.slice();
    }
    return this.chunks[number]!;
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
    chunk.fill(0, at, at + this.stride);
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

  isRow(row: number): boolean {
    return this.word(row, this.stride - 1) !== FREE;
  }
}
