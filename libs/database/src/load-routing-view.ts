import { canMean, possibleBaseNumbers, readRules } from '@dialplane/tenancy';
import type { LiveKitConfig, VoiceAgentNumber } from '@dialplane/tenancy';
import type { EnvironmentFallback, RouteRequest, RoutingView } from '@dialplane/routing';
import type { PoolClient } from 'pg';

import type { Database } from './open-database.ts';

/**
 * All of the configuration that bears on one request, read at one version. Throws DatabaseUnavailableError
 * when the database is out of reach.
 */
export function loadRoutingView(
  db: Database,
  request: RouteRequest,
  fallback: EnvironmentFallback | undefined,
): Promise<RoutingView> {
  return inSnapshot(db, async (client) => {
    const read = reader(client, db.schema);
    const version = await readVersion(client, db.schema);
    const userTenantId = request.initiatedBy === undefined ? undefined : await read.tenantOfUser(request.initiatedBy);
    const tenantId = request.initiatedBy === undefined ? request.tenantId : userTenantId;
    const agentTenantId = request.agentId === '' ? undefined : await read.tenantOfAgent(request.agentId);
    if (tenantId === undefined) {
      return {
        snapshotVersion: version,
        userTenantId,
        tenant: undefined,
        numbers: [],
        configs: [],
        agentTenantId,
        environmentFallback: fallback,
      };
    }
    const tenant = await read.tenant(tenantId);
    const numbers = await read.numbers(tenantId, request.fromNumber);
    const configs = await read.configs(numbers.flatMap(configsNamedBy));
    return {
      snapshotVersion: version,
      userTenantId,
      tenant,
      numbers,
      configs,
      agentTenantId,
      environmentFallback: fallback,
    };
  });
}

/** The version of the configuration now, `<epoch>.<version>`. */
export function readSnapshotVersion(db: Database): Promise<string> {
  return db.withConnection((client) => readVersion(client, db.schema));
}

/** One view of the database for all of the statements. */
function inSnapshot<T>(db: Database, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return db.withConnection(async (client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  });
}

async function readVersion(client: PoolClient, schema: string): Promise<string> {
  const { rows } = await client.query<{ epoch: string; version: string }>({
    name: 'feed-position',
    text: `SELECT epoch, version FROM "${schema}".feed_position()`,
  });
  const [position] = rows;
  if (position === undefined)
    throw new Error(
      `Schema ${schema} has no row in change_epoch: insert one, INSERT INTO change_epoch DEFAULT VALUES.`,
    );
  return `${position.epoch}.${position.version}`;
}

/** Rules that are malformed name none: the decision rejects them. */
function configsNamedBy(number: VoiceAgentNumber): string[] {
  const reading = readRules(number.rules);
  return reading.kind === 'ok' && reading.value.livekitConfigId !== undefined ? [reading.value.livekitConfigId] : [];
}

/** The look-ups of one routing, prepared once a connection. Parameters take the type of the column they meet. */
function reader(client: PoolClient, schema: string) {
  const select = async <Row extends object>(name: string, sql: string, values: unknown[]): Promise<Row[]> =>
    (await client.query<Row>({ name, text: sql, values })).rows;
  return {
    /** A user who is in two tenants, as an adopted table may have it, is in none. */
    async tenantOfUser(userId: string): Promise<string | undefined> {
      const sql = `SELECT min(tenant_id::text) AS tenant FROM "${schema}".users WHERE id = $1 HAVING count(DISTINCT tenant_id) = 1`;
      return (await select<{ tenant: string }>('tenant-of-user', sql, [userId]))[0]?.tenant;
    },

    async tenantOfAgent(agentId: string): Promise<string | null | undefined> {
      const sql = `SELECT tenant_id::text AS tenant FROM "${schema}".voice_agents WHERE id::text = $1 LIMIT 1`;
      return (await select<{ tenant: string | null }>('tenant-of-agent', sql, [agentId]))[0]?.tenant;
    },

    async tenant(tenantId: string): Promise<RoutingView['tenant']> {
      const sql = `SELECT id::text, is_active IS TRUE AS "isActive" FROM "${schema}".tenants WHERE id = $1 LIMIT 1`;
      return (await select<{ id: string; isActive: boolean }>('tenant', sql, [tenantId]))[0];
    },

    async numbers(tenantId: string, written: string): Promise<VoiceAgentNumber[]> {
      const sql = `
        SELECT id::text, tenant_id::text AS "tenantId", base_number::text AS "baseNumber", coalesce(country_code::text, '') AS "countryCode",
               provider::text, rules, is_active IS TRUE AS "isActive"
        FROM "${schema}".voice_agent_numbers WHERE tenant_id = $1 AND base_number = ANY($2) ORDER BY 1`;
      const rows = await select<VoiceAgentNumber>('numbers', sql, [tenantId, possibleBaseNumbers(written)]);
      return rows.filter((number) => canMean(written, number));
    },

    async configs(ids: readonly string[]): Promise<LiveKitConfig[]> {
      if (ids.length === 0) return [];
      const sql = `
        SELECT id::text, tenant_id::text AS "tenantId", coalesce(name::text, '') AS name, coalesce(url::text, '') AS url,
               trunk_id::text AS "sipTrunkId", worker_name::text AS "agentName", dial_mode AS "dialMode", is_active IS TRUE AS "isActive"
        FROM "${schema}".voice_agent_livekit WHERE id = ANY($1)`;
      return select<LiveKitConfig>('configs', sql, [[...new Set(ids)]]);
    },
  };
}
