import { randomUUID } from 'node:crypto';

import type { CallRepository } from '@dialplane/calls';
import { createCallRepository, openDatabase } from '@dialplane/database';
import { createTestDatabase, startTestPostgres } from '@dialplane/database/testing';
import pg from 'pg';

import { percentile } from '../report/statistics.ts';
import type { Stoppable } from '../stoppable.ts';
import { timed } from './accepted-vs-parts.ts';

/** Medians in milliseconds of the same with few and with many calls in the table. */
export interface SizePair {
  readonly few: number;
  readonly many: number;
}

export interface ManyCallsFigures {
  /** A pass of the reconciler that takes fifty calls over. */
  readonly reconcile: readonly SizePair[];
  /** A pass that finds nothing to do. */
  readonly idle: readonly SizePair[];
  /** The first page of a tenant's calls, and one in the middle of them. */
  readonly list: readonly SizePair[];
}

const TENANT = '11111111-1111-4111-8111-111111111111';
const OPEN_CALLS = 200;
const DUE_CALLS = 50;
const PAGE = 50;

interface Table {
  readonly calls: CallRepository;
  readonly sql: pg.Client;
  readonly schema: string;
  /** The calls that are under way. */
  readonly open: readonly string[];
  /** A call in the middle of the table, by age. */
  readonly middle: { readonly createdAt: Date; readonly callId: string };
}

/** The same work on two databases in turn that differ in how many calls have been there before. */
export async function measureManyCalls(
  sizes: { readonly few: number; readonly many: number },
  how: { readonly pairs: number; readonly turns: number },
  keep: (part: Stoppable) => void,
  onProgress: (line: string) => void,
): Promise<ManyCallsFigures> {
  const postgres = await startTestPostgres();
  keep(postgres);
  onProgress(`  writing ${sizes.few} and ${sizes.many} calls`);
  const few = await fill(postgres.superuserUrl, sizes.few, keep);
  const many = await fill(postgres.superuserUrl, sizes.many, keep);

  const reconcile = (table: Table): Promise<number> => passOf(table, DUE_CALLS);
  const idle = (table: Table): Promise<number> => passOf(table, 0);
  const list = async ({ calls, middle }: Table): Promise<number> => {
    const filter = {
      states: [],
      toNumber: undefined,
      fromNumber: undefined,
      createdFrom: undefined,
      createdBefore: undefined,
    };
    const first = await timed(() => calls.list(TENANT, filter, { after: undefined, limit: PAGE }));
    return first + (await timed(() => calls.list(TENANT, filter, { after: middle, limit: PAGE })));
  };
  const compare = async (name: string, work: (table: Table) => Promise<number>): Promise<SizePair[]> => {
    const pairs: SizePair[] = [];
    // The first one warms up.
    for (let pair = -1; pair < how.pairs; pair++) {
      const times: { few: number[]; many: number[] } = { few: [], many: [] };
      for (let turn = 0; turn < how.turns; turn++) {
        times.few.push(await work(few));
        times.many.push(await work(many));
      }
      const one = { few: percentile(times.few, 50), many: percentile(times.many, 50) };
      if (pair >= 0) pairs.push(one);
    }
    const [first] = pairs;
    onProgress(
      `  ${name}: ${first?.few.toFixed(2)} ms with ${sizes.few}, ${first?.many.toFixed(2)} ms with ${sizes.many}`,
    );
    return pairs;
  };
  return {
    reconcile: await compare('a pass that takes calls over', reconcile),
    idle: await compare('a pass with nothing to do', idle),
    list: await compare('two pages', list),
  };
}

async function passOf({ calls, sql, schema, open }: Table, due: number): Promise<number> {
  const lease = (interval: string, ids: readonly string[]): Promise<unknown> =>
    sql.query(
      `UPDATE "${schema}".voice_call_logs SET lease_until = clock_timestamp() + $1::interval WHERE id = ANY ($2::uuid[])`,
      [interval, ids],
    );
  await lease('1 hour', open);
  await lease('-1 second', open.slice(0, due));
  let taken = 0;
  const ms = await timed(async () => (taken = (await calls.takeOver(DUE_CALLS)).length));
  if (taken !== due) throw new Error(`A pass took ${taken} calls over, and ${due} were due.`);
  return ms;
}

/** Calls as a year leaves them, nearly all over, and some under way. */
async function fill(server: string, count: number, keep: (part: Stoppable) => void): Promise<Table> {
  const { urls, superuserUrl, schema } = await createTestDatabase({ server });
  const sql = new pg.Client({ connectionString: superuserUrl });
  await sql.connect();
  const target = {
    livekitConfigId: randomUUID(),
    serverUrl: 'http://127.0.0.1:7880',
    sipTrunkId: 'ST_bench',
    agentName: 'bench-agent',
    callerId: '+12125550100',
    dialString: '+12125550199',
    callerIdString: '+12125550100',
    sipHeaders: {},
  };
  await sql.query(
    `INSERT INTO "${schema}".voice_call_logs
       (id, tenant_id, agent_id, from_number, to_number, source, snapshot_version, targets, metadata, ringing_timeout_seconds,
        max_duration_seconds, on_agent_lost, state, reason, attempt, fence, lease_until, last_event, created_at)
     SELECT gen_random_uuid(), '${TENANT}', 'agent-7', '+12125550100', '+121255501' || lpad((n % 100)::text, 2, '0'), 'database',
            '1.1', jsonb_build_array($1::jsonb), '{"campaign":"spring"}', 30, 3600, 'end',
            CASE WHEN n > $2::int - ${OPEN_CALLS} THEN 'in_progress' WHEN n % 3 = 0 THEN 'failed' ELSE 'ended' END,
            CASE WHEN n % 3 = 0 THEN 'busy' END, 1, 1, now() + interval '1 hour', 0,
            now() - ($2::int - n) * interval '30 seconds'
     FROM generate_series(1, $2::int) n`,
    [JSON.stringify(target), count],
  );
  await sql.query(
    `INSERT INTO "${schema}".call_attempts (tenant_id, call_id, number, target, target_index, dial_mode, room, state)
     SELECT tenant_id, id, 1, $1, 0, 'dispatcher', 'room-' || id, CASE WHEN state = 'in_progress' THEN 'answered' ELSE 'ended' END
     FROM "${schema}".voice_call_logs`,
    [JSON.stringify(target)],
  );
  await sql.query(`VACUUM ANALYZE "${schema}".voice_call_logs, "${schema}".call_attempts`);
  const { rows } = await sql.query<{ id: string; created_at: Date }>(
    `SELECT id, created_at FROM "${schema}".voice_call_logs ORDER BY created_at DESC OFFSET $1 LIMIT 1`,
    [Math.floor(count / 2)],
  );
  const open = await sql.query<{ id: string }>(
    `SELECT id FROM "${schema}".voice_call_logs WHERE state = 'in_progress' ORDER BY created_at`,
  );
  const database = await openDatabase({ url: urls.dispatcher, schema, role: 'dispatcher' });
  keep({
    stop: async () => {
      await database.close();
      await sql.end();
    },
  });
  const calls = createCallRepository(database, { holder: randomUUID(), leaseMs: 3_600_000 });
  const [row] = rows;
  if (row === undefined) throw new Error('There are no calls.');
  return {
    calls,
    sql,
    schema,
    open: open.rows.map(({ id }) => id),
    middle: { createdAt: row.created_at, callId: row.id },
  };
}
