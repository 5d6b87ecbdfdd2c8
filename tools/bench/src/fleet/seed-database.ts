import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { SnapshotRows, TableName } from '@dialplane/routing';
import pg from 'pg';

import { FLEET_ROWS } from './fleet-rows.ts';

type Value = string | boolean | null | readonly string[];

/** The columns of each table that are filled, and their values from a row of the fleet. */
const COLUMNS: { readonly [Table in TableName]: Readonly<Record<string, (row: SnapshotRows[Table]) => Value>> } = {
  tenants: { id: (row) => row.id, is_active: (row) => row.isActive, routing_defaults: (row) => row.defaults },
  users: { id: (row) => row.id, tenant_id: (row) => row.tenantId },
  voice_agents: { id: (row) => row.id, tenant_id: (row) => row.tenantId },
  voice_agent_livekit: {
    id: (row) => row.id,
    tenant_id: (row) => row.tenantId,
    name: (row) => row.name,
    url: (row) => row.url,
    trunk_id: (row) => row.sipTrunkId,
    worker_name: (row) => row.agentName,
    dial_mode: (row) => row.dialMode,
    is_active: (row) => row.isActive,
  },
  deployments: {
    origin: (row) => row.origin,
    region: (row) => row.region,
    is_active: (row) => row.isActive,
    limits: (row) => row.limits,
    header_profiles: (row) => row.headerProfiles,
  },
  trunks: {
    deployment_origin: (row) => row.deploymentOrigin,
    sip_trunk_id: (row) => row.sipTrunkId,
    tenant_id: (row) => row.tenantId,
    carrier: (row) => row.carrier,
    is_active: (row) => row.isActive,
    cli_countries: (row) => row.cliCountries,
    limits: (row) => row.limits,
    header_profiles: (row) => row.headerProfiles,
  },
  do_not_call: { tenant_id: (row) => row.tenantId, number: (row) => row.number },
  voice_agent_numbers: {
    id: (row) => row.id,
    tenant_id: (row) => row.tenantId,
    base_number: (row) => row.baseNumber,
    country_code: (row) => row.countryCode,
    rules: (row) => row.rules,
    is_active: (row) => row.isActive,
  },
};
/** How much text is written at a time, in characters. */
const CHUNK = 1 << 18;

/**
 * Fills an empty schema with a fleet of so many numbers, by COPY, the triggers of the change feed included.
 * `folder` is one that the database server can read; the superuser's right to read it is used.
 */
export async function seedDatabase(
  { superuserUrl, schema }: { readonly superuserUrl: string; readonly schema: string },
  numbers: number,
  folder: string,
): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    for (const table of Object.keys(COLUMNS) as TableName[]) {
      const file = join(folder, `${schema}-${table}-${numbers}.tsv`);
      await writeTable(table, numbers, file);
      const columns = Object.keys(COLUMNS[table]).join(', ');
      await client.query(`COPY "${schema}".${table} (${columns}) FROM '${file}'`);
      await rm(file);
    }
    // What a server at rest has done by itself.
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

async function writeTable<Table extends TableName>(table: Table, numbers: number, file: string): Promise<void> {
  const values = Object.values(COLUMNS[table]) as ((row: SnapshotRows[Table]) => Value)[];
  const rows = FLEET_ROWS[table](numbers);
  const out = createWriteStream(file);
  let chunk = '';
  for (const row of rows) {
    chunk += `${values.map((value) => toText(value(row))).join('\t')}\n`;
    if (chunk.length < CHUNK) continue;
    if (!out.write(chunk)) await once(out, 'drain');
    chunk = '';
  }
  out.end(chunk);
  await once(out, 'finish');
}

/** A value in COPY's text format. Nothing in the fleet has a tab, a line's end or a backslash. */
function toText(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return typeof value === 'string' ? value : `{${value.join(',')}}`;
}
