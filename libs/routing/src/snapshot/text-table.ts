import { hashText } from './hash.ts';
import { HashIndex } from './hash-index.ts';
import { PackedRows } from './packed-rows.ts';
import { SharedItems } from './shared-items.ts';

interface Item<Value> {
  readonly text: string;
  readonly value: Value;
}

/** How many texts are remembered that somebody has found. */
const MOST_RECENT = 8192;
const HASH = 0;
const HOLDERS = 1;

/** Values by text, each text once, known by row numbers; and how many rows elsewhere hold on to each. */
export class TextTable<Value> {
  private readonly words: PackedRows;
  private readonly items: SharedItems<Item<Value>>;
  private readonly index: HashIndex;
  /**
   * Rows of texts that were looked for and found: the engine hashes a text faster than we do. What is not there is
   * not remembered, so that nobody who asks for anything at all takes the place of what there is.
   */
  private readonly recent = new Map<string, number>();
  private sought = '';

  constructor(from?: TextTable<Value>) {
    this.words = new PackedRows(2, from?.words);
    this.items = new SharedItems(from?.items);
    this.index = new HashIndex(this, from?.index);
  }

  seal(): void {
    this.words.seal();
    this.items.seal();
    this.index.seal();
  }

  get count(): number {
    return this.words.count;
  }

  /** Row numbers given out so far, those that are free again included. */
  get length(): number {
    return this.words.length;
  }

  /** The value in the row, if there is one. */
  at(row: number): Value | undefined {
    return this.words.isRow(row) ? this.value(row) : undefined;
  }

  /** The row of the text, or -1. */
  find(text: string): number {
    const recent = this.recent.get(text);
    if (recent !== undefined) return recent;
    this.sought = text;
    const row = this.index.find(hashText(text));
    if (row < 0) return row;
    if (this.recent.size >= MOST_RECENT) this.recent.clear();
    this.recent.set(this.text(row), row);
    return row;
  }

  /** Adds a text that is not there, held by nobody yet. */
  add(text: string, value: Value): number {
    const row = this.words.add();
    const hash = hashText(text);
    this.words.setWord(row, HASH, hash);
    this.items.set(row, { text: withoutParent(text), value });
    this.index.add(hash, row);
    return row;
  }

  /** The row of the text, which is added if it is not there, and held. */
  holdText(text: string, value: Value): number {
    const found = this.find(text);
    const row = found < 0 ? this.add(text, value) : found;
    this.hold(row);
    return row;
  }

  remove(row: number): void {
    this.recent.delete(this.text(row));
    this.index.remove(this.words.word(row, HASH), row);
    this.items.set(row, undefined);
    this.words.remove(row);
  }

  text(row: number): string {
    return this.items.get(row)!.text;
  }

  value(row: number): Value {
    return this.items.get(row)!.value;
  }

  setValue(row: number, value: Value): void {
    this.items.set(row, { text: this.text(row), value });
  }

  hold(row: number): void {
    this.words.setWord(row, HOLDERS, this.words.word(row, HOLDERS) + 1);
  }

  /** Removes the text when nobody else holds it. */
  release(row: number): void {
    const holders = this.words.word(row, HOLDERS) - 1;
    if (holders === 0) this.remove(row);
    else this.words.setWord(row, HOLDERS, holders);
  }

  /** Each text and its row. */
  *entries(): Generator<readonly [row: number, text: string]> {
    for (const row of this.rows()) yield [row, this.text(row)];
  }

  *rows(): Generator<number> {
    for (let row = 0; row < this.words.length; row++) if (this.words.isRow(row)) yield row;
  }

  hashOf(row: number): number {
    return this.words.word(row, HASH);
  }

  isSought(row: number): boolean {
    return this.items.get(row)!.text === this.sought;
  }
}

/** The same text, not as a part of a longer one that would stay in memory with it. */
function withoutParent(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
