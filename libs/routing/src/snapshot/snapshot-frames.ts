import { finish, mix } from './hash.ts';
import { SnapshotFormatError } from './snapshot-format-error.ts';

/** A piece of a dumped snapshot: its kind, its number in the file, its length, a checksum of these and of it. */
const HEADER_BYTES = 16;
const HEADER_WORDS = HEADER_BYTES / 4;
/** The first half of a kind's word; read on a machine of the other byte order, it is none. */
const MAGIC = 0x44500000;
const MAGIC_MASK = 0xffff0000;
/** No frame is longer; one that says so is none. */
const MOST_BYTES = 4 * 1024 * 1024;
/** What is yielded at once. */
const SLICE_BYTES = 256 * 1024;

export interface Frame {
  readonly kind: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Gives frames the bytes that a file has of them, at most 256 kB at a time. */
export function* writeFrames(frames: Iterable<Frame>): Generator<Uint8Array<ArrayBuffer>> {
  let number = 0;
  for (const { kind, payload } of frames) {
    if (payload.length > MOST_BYTES) throw new RangeError(`A frame of ${payload.length} bytes is too long.`);
    const header = Int32Array.of(MAGIC | kind, number++, payload.length, 0);
    header[HEADER_WORDS - 1] = checksum(header, payload);
    yield new Uint8Array(header.buffer);
    for (let at = 0; at < payload.length; at += SLICE_BYTES) yield payload.subarray(at, at + SLICE_BYTES);
  }
}

/** Reads frames from bytes that may be cut anywhere. Throws SnapshotFormatError when they are not as they were written. */
export function* readFrames(parts: Iterable<Uint8Array>): Generator<Frame> {
  const take = takeFrom(parts);
  for (let number = 0; ; number++) {
    const bytes = take(HEADER_BYTES);
    if (bytes.length === 0) return;
    if (bytes.length < HEADER_BYTES) throw new SnapshotFormatError('it ends in the middle of a header');
    const header = new Int32Array(bytes.buffer);
    const [first, itsNumber, length, sum] = header as unknown as [number, number, number, number];
    if ((first & MAGIC_MASK) !== MAGIC) throw new SnapshotFormatError(`frame ${number} does not begin like one`);
    if (itsNumber !== number) throw new SnapshotFormatError(`frame ${itsNumber} is where frame ${number} should be`);
    if (length < 0 || length > MOST_BYTES) throw new SnapshotFormatError(`frame ${number} has an impossible length`);
    const payload = take(length);
    if (payload.length < length) throw new SnapshotFormatError(`it ends in the middle of frame ${number}`);
    header[HEADER_WORDS - 1] = 0;
    if (checksum(header, payload) !== sum) throw new SnapshotFormatError(`frame ${number} is damaged`);
    yield { kind: first & ~MAGIC_MASK, payload };
  }
}

/** Takes so many bytes, or what is left, into memory of their own. */
function takeFrom(parts: Iterable<Uint8Array>): (length: number) => Uint8Array<ArrayBuffer> {
  const iterator = parts[Symbol.iterator]();
  let part = new Uint8Array(0);
  return (length) => {
    const taken = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      if (part.length === 0) {
        const next = iterator.next();
        if (next.done === true) return taken.slice(0, at);
        part = next.value as Uint8Array<ArrayBuffer>;
        continue;
      }
      const some = part.subarray(0, length - at);
      taken.set(some, at);
      at += some.length;
      part = part.subarray(some.length);
    }
    return taken;
  };
}

/** The header's last word counts as 0. */
function checksum(header: Int32Array, payload: Uint8Array<ArrayBuffer>): number {
  let hash = 0;
  for (let at = 0; at < HEADER_WORDS - 1; at++) hash = mix(hash, header[at]!);
  const whole = payload.length >>> 2;
  const isAligned = payload.byteOffset % 4 === 0;
  const bytes = isAligned ? payload : payload.slice();
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, whole);
  for (let at = 0; at < whole; at++) hash = mix(hash, words[at]!);
  for (let at = whole * 4; at < bytes.length; at++) hash = mix(hash, bytes[at]!);
  return finish(hash) | 0;
}
