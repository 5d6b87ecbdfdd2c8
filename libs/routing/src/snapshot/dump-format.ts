import type { TableName } from './snapshot.ts';
import type { TextTable } from './text-table.ts';

/** Goes up whenever a snapshot is dumped in another way, or its packed rows have other words. */
export const DUMP_FORMAT = 1;

/** What a frame of a dump holds. All but packed rows are JSON. */
export const FRAME = {
  /** `DumpHeader`. The first. */
  header: 1,
  /** Pairs of the number that packed rows have for a text, and the text. */
  texts: 2,
  /** The same of rules. */
  rules: 3,
  /** The same of tenants' ids. */
  tenants: 4,
  /** A table's name and rows of it, as they are staged. */
  rows: 5,
  /** The packed table's number among `PACKED_TABLES`, then words of its rows. */
  packed: 6,
  /** Empty. The last. */
  end: 7,
} as const;

export interface DumpHeader {
  readonly format: number;
  readonly snapshotVersion: string;
  readonly counts: Readonly<Record<TableName, number>>;
}

export type NumberedTexts = readonly (readonly [number: number, text: string])[];

/** Tables whose rows are dumped as the words they are packed in. */
export const PACKED_TABLES = ['users', 'agents', 'numbers', 'doNotCall'] as const;
/** Tables whose rows are dumped as they are staged. */
export const PLAIN_TABLES = ['tenants', 'voice_agent_livekit', 'deployments', 'trunks'] as const;

/** What the numbers in dumped rows are in the tables that they are restored to. Throws on a number that is none. */
export interface Renumbering {
  text(number: number): number;
  /** Where texts are restored to. */
  readonly texts: TextTable<undefined>;
  /** 0 is no rules. */
  rules(number: number): number;
  tenant(number: number): number;
}
