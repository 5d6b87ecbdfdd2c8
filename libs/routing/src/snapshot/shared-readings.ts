import { TextTable } from './text-table.ts';

/** A JSON text and, once somebody has asked, what it says. */
interface Read<Reading> {
  reading: Reading | undefined;
}

/**
 * JSON texts, each once, read once and only when asked for. A text is known by a number; 0 stands for SQL's
 * null, of which there is always one.
 */
export class SharedReadings<Reading> {
  private readonly read: (text: string | null) => Reading;
  private readonly ofNull: Reading;
  private readonly texts: TextTable<Read<Reading>>;

  constructor(read: (text: string | null) => Reading, from?: SharedReadings<Reading>) {
    this.read = read;
    this.ofNull = from === undefined ? read(null) : from.ofNull;
    this.texts = new TextTable(from?.texts);
  }

  seal(): void {
    this.texts.seal();
  }

  /** How many distinct texts there are. */
  get count(): number {
    return this.texts.count;
  }

  /** The number of the text, which is held until it is released. */
  hold(text: string | null): number {
    if (text === null) return 0;
    return this.texts.holdText(text, { reading: undefined }) + 1;
  }

  /** Holds on to a text once more. */
  holdAgain(number: number): void {
    if (number !== 0) this.texts.hold(number - 1);
  }

  release(number: number): void {
    if (number !== 0) this.texts.release(number - 1);
  }

  /** Each text and its number. */
  *entries(): Generator<readonly [number: number, text: string]> {
    for (const [row, text] of this.texts.entries()) yield [row + 1, text];
  }

  text(number: number): string | null {
    return number === 0 ? null : this.texts.text(number - 1);
  }

  reading(number: number): Reading {
    if (number === 0) return this.ofNull;
    const value = this.texts.value(number - 1);
    return (value.reading ??= this.read(this.texts.text(number - 1)));
  }
}
