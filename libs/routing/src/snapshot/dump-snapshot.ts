import { DUMP_FORMAT, FRAME, PACKED_TABLES, PLAIN_TABLES } from './dump-format.ts';
import type { DumpHeader } from './dump-format.ts';
import { PackedSnapshot } from './packed-snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { writeFrames } from './snapshot-frames.ts';
import type { Frame } from './snapshot-frames.ts';
import { tableRows } from './table-rows.ts';

/** What a frame of JSON takes before the next one begins, in characters. */
const JSON_LENGTH = 64 * 1024;
const PACKED_WORDS = 48 * 1024;
const encoder = new TextEncoder();

/**
 * The bytes of a snapshot for a file, at most 256 kB at a time, each made when it is asked for. No secret is among
 * them: a snapshot has none. `restoreSnapshot` reads them.
 */
export function dumpSnapshot(snapshot: Snapshot): Iterable<Uint8Array<ArrayBuffer>> {
  if (!(snapshot instanceof PackedSnapshot)) throw new TypeError('Only a packed snapshot can be dumped.');
  return writeFrames(frames(snapshot));
}

function* frames({ tables, counts, snapshotVersion }: PackedSnapshot): Generator<Frame> {
  const header: DumpHeader = { format: DUMP_FORMAT, snapshotVersion, counts };
  yield jsonFrame(FRAME.header, JSON.stringify(header));
  yield* jsonFrames(FRAME.texts, '[', tables.texts.entries());
  yield* jsonFrames(FRAME.rules, '[', tables.rules.entries());
  yield* jsonFrames(FRAME.tenants, '[', tables.tenants.ids());
  for (const table of PLAIN_TABLES)
    yield* jsonFrames(FRAME.rows, `[${JSON.stringify(table)},`, tableRows(tables, table));
  for (const [number, name] of PACKED_TABLES.entries()) {
    const { words } = tables[name];
    const perFrame = Math.floor(PACKED_WORDS / words.stride);
    for (let first = 0; first < words.length; first += perFrame) {
      const packed = words.copyRows(first, Math.min(first + perFrame, words.length), 1);
      packed[0] = number;
      yield { kind: FRAME.packed, payload: new Uint8Array(packed.buffer) };
    }
  }
  yield { kind: FRAME.end, payload: new Uint8Array(0) };
}

/** Arrays of the items, each in a frame that is not long. Half of a pair of surrogates survives, escaped. */
function* jsonFrames(kind: number, opening: string, items: Iterable<unknown>): Generator<Frame> {
  let json = opening;
  for (const item of items) {
    json += json === opening ? JSON.stringify(item) : `,${JSON.stringify(item)}`;
    if (json.length < JSON_LENGTH) continue;
    yield jsonFrame(kind, `${json}]`);
    json = opening;
  }
  if (json !== opening) yield jsonFrame(kind, `${json}]`);
}

function jsonFrame(kind: number, json: string): Frame {
  return { kind, payload: encoder.encode(json) };
}
