import type { SnapshotRows, TableName } from '@dialplane/routing';
import { MAX_RULES_LENGTH, SERVER_URL_MAX_LENGTH } from '@dialplane/tenancy';

/** Values of a row in the order of its source's columns, as text. */
export type Values = readonly (string | null)[];

/** How many characters a row has. */
export function charactersIn(values: Values): number {
  let sum = 0;
  for (const value of values) sum += value?.length ?? 0;
  return sum;
}

/** How the rows of a table are read from PostgreSQL. Adopted tables may have ids of any type, and NULLs anywhere. */
export interface TableSource<Table extends TableName = TableName> {
  /** SELECT of every row that counts, up to where more conditions can follow. */
  readonly all: string;
  /** A condition that holds for the rows with the keys in `$1`. */
  readonly byKeys: string;
  /** What comes after all conditions. */
  readonly groupBy?: string;
  toRow(values: Values): SnapshotRows[Table];
  /** The values that `toRow` makes the row from. */
  toValues(row: SnapshotRows[Table]): Values;
  /** The key by which a row is found in the snapshot: `toSnapshotKey` of the change feed's. */
  keyOf(row: SnapshotRows[Table]): string;
}
export type TableSources = { readonly [Table in TableName]: TableSource<Table> };

/** In the order in which they are read. */
export const TABLE_NAMES = [
  'users',
  'voice_agents',
  'tenants',
  'deployments',
  'trunks',
  'voice_agent_livekit',
  'voice_agent_numbers',
  'do_not_call',
] as const satisfies readonly TableName[];

/**
 * The most characters of a column, adopted with whatever is in it: no more than can be of use. A longer text is read
 * one character too long, and is refused, or matches nothing, as the whole one would.
 */
const MOST = {
  base_number: 64,
  country_code: 16,
  url: SERVER_URL_MAX_LENGTH,
  /** Of a LiveKit config and of a carrier; they are shown only. */
  name: 256,
  carrier: 256,
  region: 64,
  trunk_id: 128,
  worker_name: 256,
  dial_mode: 64,
} as const;
const cut = (column: keyof typeof MOST): string => `left(${column}, ${MOST[column] + 1})`;
const shortened = (column: string): string => `left(${column}::text, ${MAX_RULES_LENGTH + 1})`;
/** Keys cannot be cut. No call can name a deployment or a trunk with longer ones. */
const hasKey = (column: string, most: number): string => `length(${column}) <= ${most}`;
const text = (value: string | null | undefined): string => value ?? '';
/** UUIDs in lower case, as callers' are read: columns of text may hold them in capitals. */
const id = (column: string): string => `CASE
    WHEN pg_typeof(${column}) <> 'uuid'::regtype AND ${column}::text ~ '^[[:xdigit:]]{8}(-[[:xdigit:]]{4}){3}-[[:xdigit:]]{12}$'
    THEN lower(${column}::text) ELSE ${column}::text END`;
const ID_FIRST = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?= |$)/i;

/** The key in the snapshot of the row that the change feed names so: the feed writes ids as they are stored. */
export function toSnapshotKey(table: TableName, key: string): string {
  if (table === 'deployments' || table === 'trunks') return key;
  return key.replace(ID_FIRST, (uuid) => uuid.toLowerCase());
}

const orNull = (value: string | null | undefined): string | null => value ?? null;
const ACTIVE = `CASE WHEN is_active THEN '1' ELSE '0' END`;
const isTrue = (value: string | null | undefined): boolean => value === '1';
const flag = (value: boolean): string => (value ? '1' : '0');

/** More than there are. */
const MOST_COUNTRIES = 1_000;
/** PostgreSQL's arrays may have any number of dimensions, and NULLs in them. A code has two letters. */
const COUNTRIES = `CASE WHEN cli_countries IS NOT NULL THEN to_json(ARRAY(
    SELECT left(c, 3) FROM unnest(cli_countries) c WHERE c IS NOT NULL LIMIT ${MOST_COUNTRIES}))::text END`;

/** The statements for a schema, which is a plain identifier. */
export function tableSources(schema: string): TableSources {
  const table = (name: TableName): string => `"${schema}".${name}`;
  return {
    // A user who is in two tenants, as an adopted table may have it, is in none.
    users: {
      all: `SELECT ${id('id')}, CASE WHEN min(${id('tenant_id')}) = max(${id('tenant_id')}) THEN min(${id('tenant_id')}) END
            FROM ${table('users')} WHERE id IS NOT NULL`,
      byKeys: 'id = ANY($1)',
      groupBy: 'GROUP BY id',
      toRow: ([id, tenantId]) => ({ id: text(id), tenantId: orNull(tenantId) }),
      toValues: ({ id, tenantId }) => [id, tenantId],
      keyOf: ({ id }) => id,
    },
    voice_agents: {
      all: `SELECT ${id('id')}, ${id('tenant_id')} FROM ${table('voice_agents')} WHERE id IS NOT NULL`,
      byKeys: 'id = ANY($1)',
      toRow: ([id, tenantId]) => ({ id: text(id), tenantId: orNull(tenantId) }),
      toValues: ({ id, tenantId }) => [id, tenantId],
      keyOf: ({ id }) => id,
    },
    tenants: {
      all: `SELECT ${id('id')}, ${ACTIVE}, ${shortened('routing_defaults')} FROM ${table('tenants')} WHERE id IS NOT NULL`,
      byKeys: 'id = ANY($1)',
      toRow: ([id, isActive, defaults]) => ({ id: text(id), isActive: isTrue(isActive), defaults: orNull(defaults) }),
      toValues: ({ id, isActive, defaults }) => [id, flag(isActive), defaults],
      keyOf: ({ id }) => id,
    },
    deployments: {
      all: `SELECT origin, ${cut('region')}, ${ACTIVE}, ${shortened('limits')}, ${shortened('header_profiles')}
            FROM ${table('deployments')} WHERE ${hasKey('origin', MOST.url)}`,
      byKeys: 'origin = ANY($1)',
      toRow: ([origin, region, isActive, limits, headerProfiles]) => ({
        origin: text(origin),
        region: orNull(region),
        isActive: isTrue(isActive),
        limits: orNull(limits),
        headerProfiles: orNull(headerProfiles),
      }),
      toValues: ({ origin, region, isActive, limits, headerProfiles }) => [
        origin,
        region,
        flag(isActive),
        limits,
        headerProfiles,
      ],
      keyOf: ({ origin }) => origin,
    },
    trunks: {
      all: `SELECT deployment_origin, sip_trunk_id, ${id('tenant_id')}, ${cut('carrier')}, ${ACTIVE}, ${COUNTRIES},
                   ${shortened('limits')}, ${shortened('header_profiles')}
            FROM ${table('trunks')} WHERE ${hasKey('deployment_origin', MOST.url)} AND ${hasKey('sip_trunk_id', MOST.trunk_id)}`,
      byKeys: `deployment_origin || ' ' || sip_trunk_id = ANY($1)`,
      toRow: ([origin, sipTrunkId, tenantId, carrier, isActive, cliCountries, limits, headerProfiles]) => ({
        deploymentOrigin: text(origin),
        sipTrunkId: text(sipTrunkId),
        tenantId: orNull(tenantId),
        carrier: orNull(carrier),
        isActive: isTrue(isActive),
        cliCountries: readArray(orNull(cliCountries)),
        limits: orNull(limits),
        headerProfiles: orNull(headerProfiles),
      }),
      toValues: ({
        deploymentOrigin,
        sipTrunkId,
        tenantId,
        carrier,
        isActive,
        cliCountries,
        limits,
        headerProfiles,
      }) => [
        deploymentOrigin,
        sipTrunkId,
        tenantId,
        carrier,
        flag(isActive),
        cliCountries && JSON.stringify(cliCountries),
        limits,
        headerProfiles,
      ],
      keyOf: ({ deploymentOrigin, sipTrunkId }) => `${deploymentOrigin} ${sipTrunkId}`,
    },
    voice_agent_livekit: {
      all: `SELECT ${id('id')}, ${id('tenant_id')}, coalesce(${cut('name')}, ''), coalesce(${cut('url')}, ''), ${cut('trunk_id')},
                   ${cut('worker_name')}, coalesce(${cut('dial_mode')}, 'legacy'), ${ACTIVE}
            FROM ${table('voice_agent_livekit')} WHERE id IS NOT NULL`,
      byKeys: 'id = ANY($1)',
      toRow: ([id, tenantId, name, url, sipTrunkId, agentName, dialMode, isActive]) => ({
        id: text(id),
        tenantId: orNull(tenantId),
        name: text(name),
        url: text(url),
        sipTrunkId: orNull(sipTrunkId),
        agentName: orNull(agentName),
        dialMode: text(dialMode),
        isActive: isTrue(isActive),
      }),
      toValues: ({ id, tenantId, name, url, sipTrunkId, agentName, dialMode, isActive }) => [
        id,
        tenantId,
        name,
        url,
        sipTrunkId,
        agentName,
        dialMode,
        flag(isActive),
      ],
      keyOf: ({ id }) => id,
    },
    // A number without a tenant is nobody's to call from.
    voice_agent_numbers: {
      all: `SELECT ${id('id')}, ${id('tenant_id')}, coalesce(${cut('base_number')}, ''), coalesce(${cut('country_code')}, ''),
                   ${shortened('rules')}, ${ACTIVE}
            FROM ${table('voice_agent_numbers')} WHERE id IS NOT NULL AND tenant_id IS NOT NULL`,
      byKeys: 'id = ANY($1)',
      toRow: ([id, tenantId, baseNumber, countryCode, rules, isActive]) => ({
        id: text(id),
        tenantId: text(tenantId),
        baseNumber: text(baseNumber),
        countryCode: text(countryCode),
        rules: orNull(rules),
        isActive: isTrue(isActive),
      }),
      toValues: ({ id, tenantId, baseNumber, countryCode, rules, isActive }) => [
        id,
        tenantId,
        baseNumber,
        countryCode,
        rules,
        flag(isActive),
      ],
      keyOf: ({ id }) => id,
    },
    do_not_call: {
      all: `SELECT ${id('tenant_id')}, number FROM ${table('do_not_call')} WHERE true`,
      // By the number first, for which there is an index: few tenants list the same one.
      byKeys: `number = ANY (SELECT substring(k FROM '[^ ]*$') FROM unnest($1::text[]) k) AND concat(tenant_id, ' ', number) = ANY($1)`,
      toRow: ([tenantId, number]) => ({ tenantId: orNull(tenantId), number: text(number) }),
      toValues: ({ tenantId, number }) => [tenantId, number],
      keyOf: ({ tenantId, number }) => `${tenantId ?? ''} ${number}`,
    },
  };
}

function readArray(json: string | null): string[] | null {
  return json === null ? null : (JSON.parse(json) as string[]);
}
