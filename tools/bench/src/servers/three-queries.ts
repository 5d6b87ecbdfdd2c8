/**
 * The present approach in Node: three queries for each call, prepared, over a pool. No carriers, policies or reasons.
 * Usage: DATABASE_URL=… three-queries.ts <schema>
 */
import { RouterService, RouteSource } from '@dialplane/contracts';
import type { RouteCallRequest, RouteCallResponse, RouterServer } from '@dialplane/contracts';
import pg from 'pg';

import { serve } from './serve.ts';

interface NumberRow {
  readonly id: string;
  readonly base_number: string;
  readonly country_code: string;
  readonly config_id: string;
}
interface ConfigRow {
  readonly url: string;
  readonly trunk_id: string;
  readonly worker_name: string;
}

/** As many as the Python service has. */
const CONNECTIONS = 10;
const [schema = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: CONNECTIONS, min: CONNECTIONS });
const QUERIES = {
  user: `SELECT tenant_id FROM "${schema}".users WHERE id = $1`,
  number: `SELECT id, base_number, country_code, rules->>'livekit_config' AS config_id
    FROM "${schema}".voice_agent_numbers WHERE tenant_id = $1 AND base_number = $2 AND is_active`,
  config: `SELECT url, trunk_id, worker_name FROM "${schema}".voice_agent_livekit
    WHERE id = $1 AND (tenant_id = $2 OR tenant_id IS NULL) AND is_active`,
};

async function first<Row extends object>(name: keyof typeof QUERIES, values: string[]): Promise<Row> {
  const { rows } = await pool.query<Row>({ name, text: QUERIES[name], values });
  if (rows[0] === undefined) throw new Error(`There is no ${name} ${values.join(' ')}`);
  return rows[0];
}

async function route({ initiatedBy, fromNumber, toNumber }: RouteCallRequest): Promise<RouteCallResponse> {
  const { tenant_id: tenantId } = await first<{ tenant_id: string }>('user', [initiatedBy]);
  const number = await first<NumberRow>('number', [tenantId, fromNumber.slice(2)]);
  const config = await first<ConfigRow>('config', [number.config_id, tenantId]);
  const e164 = `+${number.country_code}${number.base_number}`;
  const target = {
    livekitConfigId: number.config_id,
    deployment: config.url.replace('wss:', 'https:'),
    serverUrl: config.url,
    sipTrunkId: config.trunk_id,
    agentName: config.worker_name,
    callerId: e164,
    dialString: toNumber,
    callerIdString: e164,
    sipHeaders: {},
  };
  const { id, base_number: baseNumber, country_code: countryCode } = number;
  const value = {
    targets: [target],
    source: RouteSource.DATABASE,
    tenantId,
    number: { id, baseNumber, countryCode, e164 },
    snapshotVersion: '',
    expiresAt: undefined,
    notes: [],
  };
  return { outcome: { $case: 'route', value } };
}

const routeCall: RouterServer['routeCall'] = (call, answer) => {
  route(call.request).then(
    (response) => answer(null, response),
    (error: Error) => answer(error),
  );
};
await serve(RouterService, { routeCall });
