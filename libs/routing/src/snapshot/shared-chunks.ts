/** 32-bit words in chunks, which are shared with the version they were forked from until they are written to. */
export class SharedChunks {
  private readonly chunkWords: number;
  private readonly chunks: Int32Array[];
  /** Which chunks nobody else sees; undefined: the words are sealed. */
  private own: boolean[] | undefined = [];

  constructor(chunkWords: number, from?: SharedChunks) {
    this.chunkWords = chunkWords;
    this.chunks = from?.chunks.slice() ?? [];
  }

  /** From now on nothing can be written. */
  seal(): void {
    this.own = undefined;
  }

  /** What all chunks take, shared ones included. */
  get bytes(): number {
    return this.chunks.length * this.chunkWords * 4;
  }

  /** A chunk that is there. */
  read(chunk: number): Int32Array {
    return this.chunks[chunk]!;
  }

  /** The chunk for writing, new and all 0 when there was none; nobody else sees it. */
  write(chunk: number): Int32Array {
    if (this.own === undefined) throw new TypeError('A snapshot that is made cannot be written to.');
    if (this.own[chunk] !== true) {
      this.own[chunk] = true;
      this.chunks[chunk] = this.chunks[chunk]?.slice() ?? new Int32Array(this.chunkWords);
    }
    return this.chunks[chunk]!;
  }
}
