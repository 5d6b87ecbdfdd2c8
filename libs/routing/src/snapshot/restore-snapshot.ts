import { putRow } from './change-tables.ts';
import { DUMP_FORMAT, FRAME, PACKED_TABLES, PLAIN_TABLES } from './dump-format.ts';
import type { DumpHeader, NumberedTexts, Renumbering } from './dump-format.ts';
import { PackedSnapshot } from './packed-snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import { SnapshotFormatError } from './snapshot-format-error.ts';
import { readFrames } from './snapshot-frames.ts';
import type { Frame } from './snapshot-frames.ts';
import { forkTables } from './snapshot-tables.ts';
import type { SnapshotTables } from './snapshot-tables.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The snapshot whose bytes `dumpSnapshot` has given, wherever they are cut. Throws SnapshotFormatError when they
 * are damaged, incomplete, or of another version's format.
 */
export function restoreSnapshot(parts: Iterable<Uint8Array>): Snapshot {
  try {
    return restore(readFrames(parts));
  } catch (error) {
    if (error instanceof SnapshotFormatError) throw error;
    throw new SnapshotFormatError('what it holds does not fit together', { cause: error });
  }
}

function restore(frames: Iterator<Frame>): Snapshot {
  const first = frames.next();
  if (first.done === true) throw new SnapshotFormatError('it is empty');
  if (first.value.kind !== FRAME.header) throw new SnapshotFormatError('it does not begin with a header');
  const { format, snapshotVersion, counts } = readJson(first.value) as DumpHeader;
  if (format !== DUMP_FORMAT)
    throw new SnapshotFormatError(`it is of format ${format}, and this version reads format ${DUMP_FORMAT}`);

  const tables = forkTables();
  const numbers = renumber(tables);
  for (;;) {
    const next = frames.next();
    if (next.done === true) throw new SnapshotFormatError('it ends before its last frame');
    if (next.value.kind === FRAME.end) break;
    restoreFrame(tables, numbers, next.value);
  }
  if (frames.next().done !== true) throw new SnapshotFormatError('it goes on after its last frame');
  numbers.release();
  const snapshot = new PackedSnapshot(snapshotVersion, tables);
  for (const [table, count] of Object.entries(snapshot.counts))
    if (counts[table as keyof typeof counts] !== count)
      throw new SnapshotFormatError(`it should have ${counts[table as keyof typeof counts]} rows of ${table}`);
  return snapshot;
}

function restoreFrame(tables: SnapshotTables, numbers: ReturnType<typeof renumber>, frame: Frame): void {
  switch (frame.kind) {
    case FRAME.texts:
      return numbers.addTexts(readJson(frame) as NumberedTexts);
    case FRAME.rules:
      return numbers.addRules(readJson(frame) as NumberedTexts);
    case FRAME.tenants:
      return numbers.addTenants(readJson(frame) as NumberedTexts);
    case FRAME.rows: {
      const [name, ...rows] = readJson(frame) as [string, ...never[]];
      const table = PLAIN_TABLES.find((known) => known === name);
      if (table === undefined) throw new SnapshotFormatError(`it has rows of ${name}`);
      for (const row of rows) putRow(tables, table, row);
      return;
    }
    case FRAME.packed: {
      const words = new Int32Array(frame.payload.buffer);
      const table = tables[PACKED_TABLES[words[0]!]!];
      for (let at = 1; at < words.length; at += table.words.stride) table.putWords(words, at, numbers);
      return;
    }
    default:
      throw new SnapshotFormatError(`it has a frame of kind ${frame.kind}`);
  }
}

/** Holds on to texts, rules and tenants by their dumped numbers until every row that names them is there. */
function renumber({ texts, rules, tenants }: SnapshotTables) {
  const newTexts: number[] = [];
  const newRules: number[] = [0];
  const newTenants: number[] = [];
  const known = (list: readonly number[], number: number): number => {
    const renumbered = list[number];
    if (renumbered === undefined) throw new SnapshotFormatError(`a row names number ${number}, which is none`);
    return renumbered;
  };
  return {
    texts,
    text: (number) => known(newTexts, number),
    rules: (number) => known(newRules, number),
    tenant: (number) => known(newTenants, number),
    addTexts(list: NumberedTexts): void {
      for (const [number, text] of list) newTexts[number] = texts.holdText(text, undefined);
    },
    addRules(list: NumberedTexts): void {
      for (const [number, text] of list) newRules[number] = rules.hold(text);
    },
    addTenants(list: NumberedTexts): void {
      for (const [number, id] of list) newTenants[number] = tenants.hold(id);
    },
    release(): void {
      newTexts.forEach((text) => texts.release(text));
      newRules.forEach((number) => rules.release(number));
      newTenants.forEach((tenant) => tenants.release(tenant));
    },
  } satisfies Renumbering & Record<string, unknown>;
}

function readJson({ payload }: Frame): unknown {
  return JSON.parse(decoder.decode(payload));
}
