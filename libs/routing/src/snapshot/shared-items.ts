const CHUNK_BITS = 8;
const CHUNK_ITEMS = 1 << CHUNK_BITS;

/** An array of objects, in chunks that are shared with the version it was forked from until they are written to. */
export class SharedItems<Item> {
  private readonly chunks: (Item | undefined)[][];
  /** Which chunks nobody else sees; undefined: the items are sealed. */
  private own: boolean[] | undefined = [];

  constructor(from?: SharedItems<Item>) {
    this.chunks = from === undefined ? [] : from.chunks.slice();
  }

  /** From now on nothing can be written. */
  seal(): void {
    this.own = undefined;
  }

  get(index: number): Item | undefined {
    return this.chunks[index >>> CHUNK_BITS]?.[index & (CHUNK_ITEMS - 1)];
  }

  set(index: number, item: Item | undefined): void {
    if (this.own === undefined) throw new TypeError('A snapshot that is made cannot be written to.');
    const number = index >>> CHUNK_BITS;
    if (this.own[number] !== true) {
      this.own[number] = true;
      const shared = this.chunks[number];
      this.chunks[number] =
        shared === undefined ? new Array<Item | undefined>(CHUNK_ITEMS).fill(undefined) : shared.slice();
    }
    this.chunks[number]![index & (CHUNK_ITEMS - 1)] = item;
  }
}
