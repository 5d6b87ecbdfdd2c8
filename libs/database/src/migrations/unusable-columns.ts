import { CALL_COLUMNS } from './calls/columns.ts';
import type { AdoptedSchema } from './first/adopted-schema.ts';
import { TABLES } from './first/tables.ts';
import { ROUTING_COLUMNS } from './routing/index.ts';
import { SIP_CODES_COLUMNS } from './sip-codes/index.ts';

/** What does as well as the type that we would have made. A character(n) is padded, and does not. */
const TEXT = ['text', 'character varying'];
const INTEGER = ['integer', 'bigint', 'smallint'];
const GOOD_ENOUGH: Readonly<Record<string, readonly string[]>> = {
  uuid: ['uuid', ...TEXT],
  text: TEXT,
  jsonb: ['jsonb', 'json'],
  boolean: ['boolean'],
  'text[]': ['text[]', 'character varying[]'],
  integer: INTEGER,
  timestamptz: ['timestamp with time zone', 'timestamp without time zone'],
};

/** Of these we take more: as text, or not at all. */
const EXCEPTIONS: Readonly<Record<string, readonly string[] | 'any'>> = {
  'users.created_at': 'any',
  'tenants.created_at': 'any',
  'voice_agents.id': 'any',
  'voice_agents.name': 'any',
  'voice_agent_livekit.created_at': 'any',
  'voice_agent_numbers.id': 'any',
  'voice_agent_numbers.provider': 'any',
  'voice_agent_numbers.created_at': 'any',
  'voice_call_logs.agent_id': ['uuid', ...TEXT, ...INTEGER],
};

/**
 * Columns of adopted tables whose types cannot hold what we read and write there, one line a column. Only those
 * count that a migration yet to come would take over.
 */
export function unusableColumns(adopted: AdoptedSchema): string[] {
  const epoch = adopted.tables.get('change_epoch')?.columns;
  const first = Object.entries(TABLES).flatMap(([table, { columns }]) =>
    Object.entries(columns).flatMap(([column, { type }]) => unusable(adopted, table, column, type)),
  );
  return [
    ...(epoch === undefined ? first : []),
    ...(epoch?.has('pruned_version') ? [] : [...added(adopted, ROUTING_COLUMNS), ...taken(adopted, ['do_not_call'])]),
    ...(hasCalls(adopted)
      ? []
      : [...added(adopted, CALL_COLUMNS), ...taken(adopted, ['voice_call_events', 'livekit_webhooks'])]),
    ...(isUpToDate(adopted) ? [] : added(adopted, SIP_CODES_COLUMNS)),
  ];
}

function added(adopted: AdoptedSchema, tables: Readonly<Record<string, Readonly<Record<string, string>>>>): string[] {
  return Object.entries(tables).flatMap(([table, columns]) =>
    Object.entries(columns).flatMap(([column, type]) => unusable(adopted, table, column, type)),
  );
}

function taken({ tables }: AdoptedSchema, names: readonly string[]): string[] {
  return names
    .filter((name) => tables.has(name))
    .map((name) => `Table ${name} is there already, and is not Dialplane's`);
}

function unusable({ tables }: AdoptedSchema, table: string, column: string, wanted: string): string[] {
  const type = tables.get(table)?.columns.get(column)?.type;
  const usable = EXCEPTIONS[`${table}.${column}`] ?? GOOD_ENOUGH[wanted] ?? [wanted];
  return type === undefined || usable === 'any' || usable.includes(type)
    ? []
    : [`Table ${table}: column ${column} is ${type}, Dialplane needs ${wanted}`];
}

function hasCalls({ tables }: AdoptedSchema): boolean {
  return tables.has('change_epoch') && tables.get('voice_call_logs')?.columns.has('permit_fence') === true;
}

/** Whether no migration is yet to come. */
export function isUpToDate(adopted: AdoptedSchema): boolean {
  return hasCalls(adopted) && adopted.tables.get('trunks')?.columns.has('sip_codes') === true;
}
