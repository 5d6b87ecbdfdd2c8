import type { Renumbering } from './dump-format.ts';
import { HashIndex } from './hash-index.ts';
import { PackedId, formatPackedId, hashPackedId } from './packed-id.ts';
import type { Texts } from './packed-id.ts';
import { PackedRows } from './packed-rows.ts';

/** The words of a row that its id takes, which come first. */
export const ID_WORDS = 4;

/** Packed rows that begin with an id and are found by it. */
export class IdRows {
  readonly words: PackedRows;
  private readonly texts: Texts;
  /** The last word of a row, and the bit of it that says that the id is a text. */
  private readonly last: number;
  private readonly textFlag: number;
  private readonly index: HashIndex;
  private readonly sought = new PackedId();

  constructor(stride: number, textFlag: number, texts: Texts, from?: IdRows) {
    this.words = new PackedRows(stride, from?.words);
    this.texts = texts;
    this.last = stride - 1;
    this.textFlag = textFlag;
    this.index = new HashIndex(this, from?.index);
  }

  seal(): void {
    this.words.seal();
    this.index.seal();
  }

  get bytes(): number {
    return this.words.bytes + this.index.bytes;
  }

  /** See HashIndex. */
  reserve(rows: number): void {
    this.index.reserve(rows);
  }

  /** The row of the id, or -1. */
  find(id: string): number {
    return this.sought.read(id, this.texts) ? this.index.find(this.sought.hash) : -1;
  }

  /** The row of a dumped row's id, or -1. */
  findWords(words: Int32Array, at: number, renumbering: Renumbering): number {
    this.sought.readWords(words, at, (words[at + this.last]! & this.textFlag) !== 0, renumbering);
    return this.index.find(this.sought.hash);
  }

  /** A row for the id that was looked for last, in vain. */
  add(): number {
    this.sought.hold(this.texts);
    const row = this.words.add();
    const chunk = this.words.writable(row);
    const at = this.words.offset(row);
    for (let word = 0; word < ID_WORDS; word++) chunk[at + word] = this.sought.words[word]!;
    this.index.add(this.sought.hash, row);
    return row;
  }

  /** Writes the row's last word, all but the flag, which is that of the id that was looked for last. */
  setLast(row: number, word: number): void {
    this.words.setWord(row, this.last, this.sought.isText ? word | this.textFlag : word);
  }

  remove(row: number): void {
    this.index.remove(this.hashOf(row), row);
    if (this.hasText(row)) this.texts.release(this.words.word(row, 0));
    this.words.remove(row);
  }

  id(row: number): string {
    return formatPackedId(this.words.chunk(row), this.words.offset(row), this.hasText(row), this.texts);
  }

  hashOf(row: number): number {
    return hashPackedId(this.words.chunk(row), this.words.offset(row));
  }

  isSought(row: number): boolean {
    const chunk = this.words.chunk(row);
    const at = this.words.offset(row);
    const { words, isText } = this.sought;
    return (
      chunk[at] === words[0] &&
      chunk[at + 1] === words[1] &&
      chunk[at + 2] === words[2] &&
      chunk[at + 3] === words[3] &&
      ((chunk[at + this.last]! & this.textFlag) !== 0) === isText
    );
  }

  private hasText(row: number): boolean {
    return (this.words.word(row, this.last) & this.textFlag) !== 0;
  }
}
