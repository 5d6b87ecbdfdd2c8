import {
  canMean,
  countryDigits,
  readLineFactsText,
  readRulesText,
  readServerUrl,
  readTenantDefaultsText,
  toE164,
} from '@dialplane/tenancy';

import type { SnapshotRows, TableName } from '../../src/index.ts';

export const TABLES = [
  'users',
  'voice_agents',
  'tenants',
  'voice_agent_numbers',
  'voice_agent_livekit',
  'deployments',
  'trunks',
  'do_not_call',
] as const satisfies readonly TableName[];

export type ModelTables = { readonly [Table in TableName]: ReadonlyMap<string, SnapshotRows[Table]> };
export type Change =
  | {
      [Table in TableName]: { readonly kind: 'put'; readonly table: Table; readonly row: SnapshotRows[Table] };
    }[TableName]
  | { readonly kind: 'remove'; readonly table: TableName; readonly key: string };

const KEYS: { readonly [Table in TableName]: (row: SnapshotRows[Table]) => string } = {
  users: ({ id }) => id,
  voice_agents: ({ id }) => id,
  tenants: ({ id }) => id,
  voice_agent_numbers: ({ id }) => id,
  voice_agent_livekit: ({ id }) => id,
  deployments: ({ origin }) => origin,
  trunks: ({ deploymentOrigin, sipTrunkId }) => `${deploymentOrigin} ${sipTrunkId}`,
  do_not_call: ({ tenantId, number }) => `${tenantId ?? ''} ${number}`,
};

/** The key of a row, as the change feed writes it. */
export function keyOf<Table extends TableName>(table: Table, row: SnapshotRows[Table]): string {
  return KEYS[table](row);
}

/** What a snapshot should hold, in the plainest way: a map of rows for each table. */
export const NO_ROWS: ModelTables = Object.fromEntries(TABLES.map((table) => [table, new Map()])) as never;

export function changed(tables: ModelTables, changes: readonly Change[]): ModelTables {
  const next = Object.fromEntries(TABLES.map((table) => [table, new Map(tables[table] as Map<string, unknown>)]));
  for (const change of changes) {
    const rows = next[change.table]!;
    if (change.kind === 'remove') rows.delete(change.key);
    else rows.set(keyOf(change.table, change.row as never), change.row);
  }
  return next as never;
}

/** The answers of a `RoutingView`, from the rows alone. */
export const model = {
  /** Tables and keys of rows that cannot be used. */
  problemRows(tables: ModelTables): string[] {
    const isBad: { [Table in TableName]: (row: SnapshotRows[Table]) => boolean } = {
      users: ({ tenantId }) => tenantId === null,
      voice_agents: () => false,
      tenants: ({ defaults }) => readTenantDefaultsText(defaults).kind === 'problem',
      voice_agent_numbers: (number) => toE164(number) === undefined || readRulesText(number.rules).kind === 'problem',
      voice_agent_livekit: ({ url, sipTrunkId, agentName, dialMode }) =>
        readServerUrl(url).kind === 'problem' ||
        sipTrunkId === 'a' ||
        !agentName ||
        !['dispatcher', 'claiming', 'legacy'].includes(dialMode),
      deployments: ({ limits, headerProfiles }) => readLineFactsText(limits, headerProfiles).kind === 'problem',
      trunks: ({ limits, headerProfiles }) => readLineFactsText(limits, headerProfiles).kind === 'problem',
      do_not_call: () => false,
    };
    return TABLES.flatMap((table) =>
      [...tables[table]].filter(([, row]) => isBad[table](row as never)).map(([key]) => `${table} ${key}`),
    ).sort();
  },

  tenantIdOfUser: (tables: ModelTables, id: string) => tables.users.get(id)?.tenantId ?? undefined,
  tenantIdOfAgent: (tables: ModelTables, id: string) => tables.voice_agents.get(id)?.tenantId,

  tenant(tables: ModelTables, id: string) {
    const row = tables.tenants.get(id);
    const isNamed = TABLES.some((table) =>
      [...tables[table].values()].some((other) => 'tenantId' in other && other.tenantId === id),
    );
    if (row === undefined && !isNamed) return undefined;
    const defaults = readTenantDefaultsText(row?.defaults ?? null);
    return { id, isActive: row?.isActive ?? true, hasRow: row !== undefined, defaults };
  },

  numbersMeant: (tables: ModelTables, tenantId: string, written: string) =>
    [...tables.voice_agent_numbers.values()]
      .filter((number) => number.tenantId === tenantId && canMean(written, number))
      .map(({ id, baseNumber, countryCode, isActive, rules, ...parts }) => ({
        id,
        baseNumber,
        countryCode: countryDigits(countryCode),
        e164: toE164({ ...parts, baseNumber, countryCode }),
        isActive,
        rules: readRulesText(rules),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),

  config(tables: ModelTables, id: string) {
    const row = tables.voice_agent_livekit.get(id);
    return row && { ...row, server: readServerUrl(row.url) };
  },

  trunk(tables: ModelTables, origin: string, sipTrunkId: string) {
    const row = tables.trunks.get(`${origin} ${sipTrunkId}`);
    if (row === undefined) return undefined;
    const { limits, headerProfiles, cliCountries, ...entry } = row;
    return { ...entry, cliCountries: cliCountries ?? undefined, facts: readLineFactsText(limits, headerProfiles) };
  },

  deployment(tables: ModelTables, origin: string) {
    const row = tables.deployments.get(origin);
    if (row === undefined) return undefined;
    const { limits, headerProfiles, ...entry } = row;
    return { ...entry, facts: readLineFactsText(limits, headerProfiles) };
  },

  doNotCall(tables: ModelTables, tenantId: string, number: string) {
    if (tables.do_not_call.has(`${tenantId} ${number}`)) return 'tenant';
    return tables.do_not_call.has(` ${number}`) ? 'everybody' : undefined;
  },
};
