const FIRST_SIZE = 4_096;
/** A buffer that one large message has made larger than this is not kept for the next. */
const KEPT_SIZE = 1024 * 1024;

/**
 * Writes a protobuf message from its end to its beginning, so that the length of each part is known by the time
 * it is written. Fields go in backwards, last one first. Tags are those of field numbers up to 15: one byte.
 */
export class ReverseWriter {
  private bytes = Buffer.allocUnsafe(FIRST_SIZE);
  /** Where the first written byte is. */
  private at = FIRST_SIZE;

  /** How many bytes are written. */
  get size(): number {
    return this.bytes.length - this.at;
  }

  /** A string field; an empty one is left out. */
  string(tag: number, text: string): void {
    if (text !== '') this.text(tag, text);
  }

  /** A string field that stands there even when it is empty, as in a list. */
  text(tag: number, text: string): void {
    this.reserve(text.length);
    const { bytes } = this;
    let at = this.at;
    for (let index = text.length - 1; index >= 0; index--) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return this.raw(tag, Buffer.from(text));
      bytes[--at] = code;
    }
    this.at = at;
    this.length(tag, text.length);
  }

  /** A field of bytes, or of a message that is encoded already. */
  raw(tag: number, value: Uint8Array): void {
    this.reserve(value.length);
    this.at -= value.length;
    this.bytes.set(value, this.at);
    this.length(tag, value.length);
  }

  /** A field of a non-negative integer; 0 is left out. */
  integer(tag: number, value: number): void {
    if (value === 0) return;
    this.varint(value);
    this.byte(tag);
  }

  /** Makes what was written since `size` was `sizeBefore` a field of its own. */
  message(tag: number, sizeBefore: number): void {
    this.length(tag, this.size - sizeBefore);
  }

  /** How many bytes it holds on to, for this message or the next. */
  get capacity(): number {
    return this.bytes.length;
  }

  /** Forgets what was written. */
  clear(): void {
    if (this.bytes.length > KEPT_SIZE) this.bytes = Buffer.allocUnsafe(FIRST_SIZE);
    this.at = this.bytes.length;
  }

  /** A copy of all that was written, which is forgotten. */
  finish(): Buffer {
    const written = Buffer.copyBytesFrom(this.bytes, this.at);
    this.clear();
    return written;
  }

  private length(tag: number, value: number): void {
    this.varint(value);
    this.byte(tag);
  }

  private varint(value: number): void {
    let size = 1;
    for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size++;
    this.reserve(size);
    let at = (this.at -= size);
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.bytes[at++] = (rest % 0x80) | 0x80;
    this.bytes[at] = rest;
  }

  private byte(value: number): void {
    this.reserve(1);
    this.bytes[--this.at] = value;
  }

  private reserve(size: number): void {
    if (this.at >= size) return;
    const { bytes, at } = this;
    const grown = Buffer.allocUnsafe(2 * (bytes.length + size));
    this.at = grown.length - (bytes.length - at);
    bytes.copy(grown, this.at, at);
    this.bytes = grown;
  }
}
