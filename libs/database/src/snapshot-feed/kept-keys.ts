/**
 * Keys of changed rows, in batches, each kept as one text: the garbage collector moves what lives on, and a hundred
 * thousand strings would stop the event loop for that.
 */
export class KeptKeys {
  private readonly packed: string[] = [];
  private last: string[] = [];
  private readonly batchSize: number;

  constructor(batchSize: number) {
    this.batchSize = batchSize;
  }

  get count(): number {
    return this.packed.length * this.batchSize + this.last.length;
  }

  add(key: string): void {
    this.last.push(key);
    if (this.last.length < this.batchSize) return;
    this.packed.push(JSON.stringify(this.last));
    this.last = [];
  }

  /** All keys in the order in which they were added. */
  *batches(): Iterable<readonly string[]> {
    for (const batch of this.packed) yield JSON.parse(batch) as string[];
    if (this.last.length > 0) yield this.last;
  }
}
