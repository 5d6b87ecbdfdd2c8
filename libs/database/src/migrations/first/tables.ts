import type { AdoptedSchema } from './adopted-schema.ts';

/** A column: its type, and what else CREATE TABLE says of it. */
interface Column {
  readonly type: string;
  readonly required?: true;
  readonly default?: string;
}
interface Table {
  readonly columns: Readonly<Record<string, Column>>;
  readonly constraints?: readonly string[];
  readonly indexes?: readonly string[];
}

const ID: Column = { type: 'uuid', required: true, default: 'gen_random_uuid()' };
const TENANT_ID: Column = { type: 'uuid', required: true };
const OPTIONAL_UUID: Column = { type: 'uuid' };
const TEXT: Column = { type: 'text' };
const REQUIRED_TEXT: Column = { type: 'text', required: true };
const JSONB: Column = { type: 'jsonb' };
const INTEGER: Column = { type: 'integer' };
const ACTIVE: Column = { type: 'boolean', required: true, default: 'true' };
const MOMENT: Column = { type: 'timestamptz', required: true, default: 'now()' };
const KEYED_BY_ID = ['PRIMARY KEY (id)'];

/** Every table that may be there already. An adopted one keeps its own columns, keys and constraints. */
export const TABLES: Readonly<Record<string, Table>> = {
  users: {
    columns: { id: ID, tenant_id: TENANT_ID, created_at: MOMENT },
    constraints: KEYED_BY_ID,
    indexes: ['(tenant_id)'],
  },
  tenants: {
    columns: { id: ID, name: TEXT, is_active: ACTIVE, created_at: MOMENT },
    constraints: KEYED_BY_ID,
  },
  voice_agents: {
    columns: { id: ID, tenant_id: OPTIONAL_UUID, name: TEXT },
    constraints: KEYED_BY_ID,
    // An agent id is any text to us, and an adopted id may be of any type.
    indexes: ['((id::text))', '(tenant_id)'],
  },
  voice_agent_livekit: {
    columns: {
      id: ID,
      tenant_id: OPTIONAL_UUID,
      name: TEXT,
      url: TEXT,
      api_key: TEXT,
      api_secret_sealed: JSONB,
      trunk_id: TEXT,
      worker_name: TEXT,
      dial_mode: { type: 'text', required: true, default: `'legacy'` },
      job_metadata_template: JSONB,
      is_active: ACTIVE,
      created_at: MOMENT,
      updated_at: MOMENT,
    },
    constraints: KEYED_BY_ID,
    indexes: ['(tenant_id, name)'],
  },
  voice_agent_numbers: {
    columns: {
      id: ID,
      tenant_id: TENANT_ID,
      base_number: REQUIRED_TEXT,
      country_code: REQUIRED_TEXT,
      provider: TEXT,
      rules: JSONB,
      is_active: ACTIVE,
      created_at: MOMENT,
      updated_at: MOMENT,
    },
    constraints: KEYED_BY_ID,
    indexes: ['(tenant_id, base_number)'],
  },
  voice_call_logs: {
    columns: {
      id: ID,
      tenant_id: TENANT_ID,
      initiated_by: OPTIONAL_UUID,
      agent_id: TEXT,
      from_number: TEXT,
      to_number: TEXT,
      state: TEXT,
      reason: TEXT,
      sip_code: INTEGER,
      source: TEXT,
      snapshot_version: TEXT,
      targets: JSONB,
      metadata: JSONB,
      ringing_timeout_seconds: INTEGER,
      max_duration_seconds: INTEGER,
      attempt: { type: 'integer', required: true, default: '0' },
      created_at: MOMENT,
      updated_at: MOMENT,
    },
    constraints: KEYED_BY_ID,
    indexes: ['(tenant_id, created_at)'],
  },
  deployments: {
    columns: { origin: REQUIRED_TEXT, region: TEXT, created_at: MOMENT, updated_at: MOMENT },
    constraints: ['PRIMARY KEY (origin)'],
  },
  trunks: {
    columns: {
      deployment_origin: REQUIRED_TEXT,
      sip_trunk_id: REQUIRED_TEXT,
      tenant_id: OPTIONAL_UUID,
      carrier: TEXT,
      created_at: MOMENT,
      updated_at: MOMENT,
    },
    constraints: ['PRIMARY KEY (deployment_origin, sip_trunk_id)'],
    indexes: ['(tenant_id)'],
  },
  call_attempts: {
    columns: {
      tenant_id: TENANT_ID,
      call_id: TENANT_ID,
      number: { type: 'integer', required: true },
      state: REQUIRED_TEXT,
      reason: TEXT,
      target: { type: 'jsonb', required: true },
      room: REQUIRED_TEXT,
      agent_dispatch_id: TEXT,
      created_at: MOMENT,
      updated_at: MOMENT,
    },
    constraints: ['PRIMARY KEY (tenant_id, call_id, number)', 'CONSTRAINT call_attempts_room_key UNIQUE (room)'],
  },
  idempotency_keys: {
    columns: {
      tenant_id: TENANT_ID,
      key: REQUIRED_TEXT,
      request_hash: REQUIRED_TEXT,
      call_id: TENANT_ID,
      created_at: MOMENT,
    },
    constraints: ['PRIMARY KEY (tenant_id, key)'],
  },
};

/** Makes the tables that are missing, and adds to those that exist: nothing is renamed, dropped or tightened. */
export function tables(adopted: AdoptedSchema): string[] {
  return Object.entries(TABLES).flatMap(([name, table]) => {
    const existing = adopted.tables.get(name)?.columns;
    const made =
      existing === undefined
        ? [createTable(name, table)]
        : [addColumns(name, table), ...addDefaults(name, table, existing)];
    return [...made, ...(table.indexes ?? []).map((index, n) => createIndex(name, n, index))].filter(
      (sql) => sql !== '',
    );
  });
}

function createTable(name: string, { columns, constraints = [] }: Table): string {
  const lines = Object.entries(columns).map(([column, { type, required, default: value }]) =>
    [column, type, required && 'NOT NULL', value && `DEFAULT ${value}`].filter(Boolean).join(' '),
  );
  return `CREATE TABLE IF NOT EXISTS ${name} (\n  ${[...lines, ...constraints].join(',\n  ')}\n)`;
}

/** A new column can only be required where its default fills the rows that are there. */
function addColumns(name: string, { columns }: Table): string {
  const added = Object.entries(columns).map(([column, { type, required, default: value }]) =>
    ['ADD COLUMN IF NOT EXISTS', column, type, value && `DEFAULT ${value}`, required && value && 'NOT NULL']
      .filter(Boolean)
      .join(' '),
  );
  return `ALTER TABLE ${name}\n  ${added.join(',\n  ')}`;
}

/** Columns that the present service fills by itself have no default; our rows need one. */
function addDefaults(
  name: string,
  { columns }: Table,
  existing: ReadonlyMap<string, { hasDefault: boolean; type: string }>,
): string[] {
  return Object.entries(columns).flatMap(([column, { type, default: value }]) => {
    const found = existing.get(column);
    const fits = found?.type === type || (type === 'timestamptz' && found?.type.startsWith('timestamp'));
    return value !== undefined && found?.hasDefault === false && fits
      ? [`ALTER TABLE ${name} ALTER COLUMN ${column} SET DEFAULT ${value}`]
      : [];
  });
}

function createIndex(table: string, n: number, on: string): string {
  return `CREATE INDEX IF NOT EXISTS dialplane_${table}_${n + 1} ON ${table} ${on}`;
}
