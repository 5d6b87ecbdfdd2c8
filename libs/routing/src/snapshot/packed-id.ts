import type { Renumbering } from './dump-format.ts';
import { finish, mix } from './hash.ts';
import type { TextTable } from './text-table.ts';

const UUID_LENGTH = 36;
/** The value of each hexadecimal digit in lower case by its ASCII code; -1 is none. */
const NIBBLE = Int8Array.from({ length: 128 }, (_, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)));
const DASH = 45;

/** Texts that do not fit into words, each once. */
export type Texts = TextTable<undefined>;

/**
 * An id in four words: a UUID as PostgreSQL prints it, or the row of any other text among `texts`, which
 * adopted tables may have.
 */
export class PackedId {
  readonly words = new Int32Array(4);
  isText = false;
  private text = '';

  /** Takes in an id; false when it is a text that nobody has used. */
  read(id: string, texts: Texts): boolean {
    this.isText = false;
    if (readUuid(id, this.words)) return true;
    const row = texts.find(id);
    this.becomeText(id, row);
    return row >= 0;
  }

  /** Takes in the id of a dumped row. */
  readWords(words: Int32Array, at: number, isText: boolean, { text, texts }: Renumbering): void {
    this.isText = false;
    for (let index = 0; index < 4; index++) this.words[index] = words[at + index]!;
    if (isText) this.becomeText(texts.text(text(words[at]!)), text(words[at]!));
  }

  /** Holds on to the text, if the id is one. */
  hold(texts: Texts): void {
    if (this.isText) this.words[0] = texts.holdText(this.text, undefined);
  }

  get hash(): number {
    return hashPackedId(this.words, 0);
  }

  private becomeText(text: string, row: number): void {
    this.isText = true;
    this.text = text;
    this.words.fill(0);
    this.words[0] = row;
  }
}

/** The hash of the id whose words begin at `at`. */
export function hashPackedId(words: Int32Array, at: number): number {
  return finish(mix(mix(mix(mix(0, words[at]!), words[at + 1]!), words[at + 2]!), words[at + 3]!));
}

/** The id whose words begin at `at`. */
export function formatPackedId(words: Int32Array, at: number, isText: boolean, texts: Texts): string {
  return isText ? texts.text(words[at]!) : formatUuid(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
}

/** One call with all character codes gives a flat string, several times as fast as joining parts. */
function formatUuid(a: number, b: number, c: number, d: number): string {
  // prettier-ignore
  return String.fromCharCode(
    hex(a >>> 28), hex(a >>> 24), hex(a >>> 20), hex(a >>> 16), hex(a >>> 12), hex(a >>> 8), hex(a >>> 4), hex(a), DASH,
    hex(b >>> 28), hex(b >>> 24), hex(b >>> 20), hex(b >>> 16), DASH,
    hex(b >>> 12), hex(b >>> 8), hex(b >>> 4), hex(b), DASH,
    hex(c >>> 28), hex(c >>> 24), hex(c >>> 20), hex(c >>> 16), DASH,
    hex(c >>> 12), hex(c >>> 8), hex(c >>> 4), hex(c),
    hex(d >>> 28), hex(d >>> 24), hex(d >>> 20), hex(d >>> 16), hex(d >>> 12), hex(d >>> 8), hex(d >>> 4), hex(d),
  );
}

/** The character code of the last four bits. */
function hex(word: number): number {
  const digit = word & 15;
  return digit < 10 ? 48 + digit : 87 + digit;
}

/** Whether the text is a UUID in lower case; `into` has its words then. */
function readUuid(text: string, into: Int32Array): boolean {
  if (text.length !== UUID_LENGTH) return false;
  const dashes = text.charCodeAt(8) === DASH && text.charCodeAt(13) === DASH;
  if (!dashes || text.charCodeAt(18) !== DASH || text.charCodeAt(23) !== DASH) return false;
  const a = readFour(text, 0);
  const b = readFour(text, 4);
  const c = readFour(text, 9);
  const d = readFour(text, 14);
  const e = readFour(text, 19);
  const f = readFour(text, 24);
  const g = readFour(text, 28);
  const h = readFour(text, 32);
  if ((a | b | c | d | e | f | g | h) < 0) return false;
  into[0] = (a << 16) | b;
  into[1] = (c << 16) | d;
  into[2] = (e << 16) | f;
  into[3] = (g << 16) | h;
  return true;
}

/** The value of four hexadecimal digits in lower case; negative when one is none. */
function readFour(text: string, at: number): number {
  return (
    (nibble(text.charCodeAt(at)) << 12) |
    (nibble(text.charCodeAt(at + 1)) << 8) |
    (nibble(text.charCodeAt(at + 2)) << 4) |
    nibble(text.charCodeAt(at + 3))
  );
}

function nibble(code: number): number {
  return code < 128 ? NIBBLE[code]! : -1;
}
