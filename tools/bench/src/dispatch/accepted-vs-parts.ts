import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';

import { percentile } from '../report/statistics.ts';
import type { Stoppable } from '../stoppable.ts';
import { inParallel } from './in-parallel.ts';
import type { DispatchCase } from './start-dispatch-case.ts';
import { startQuickLiveKit } from './start-quick-livekit.ts';

const SETTLE_MS = 15;
const WARM_UP_CONCURRENCY = 16;

export interface PartsPair {
  /** Medians, in milliseconds. */
  readonly dispatchMs: number;
  readonly routeMs: number;
  /** The writes in one statement: one round trip. */
  readonly statementMs: number;
  /** BEGIN, an INSERT for each table, COMMIT. */
  readonly transactionMs: number;
}

/**
 * Dispatch that answers when the call is durable, beside its bare parts: one RouteCall, and one transaction with the
 * same four rows. All of them take turns, and nothing else goes on meanwhile: a call that was accepted is carried out
 * to its end, against a LiveKit that answers at once, before the next turn.
 */
export async function compareAcceptedWithParts(
  bench: DispatchCase,
  how: { readonly pairs: number; readonly turns: number; readonly warmUpTurns: number },
  keep: (part: Stoppable) => void,
  onProgress: (line: string) => void,
): Promise<readonly PartsPair[]> {
  const liveKit = await startQuickLiveKit();
  keep(liveKit);
  const number = await bench.addNumber({ ...liveKit, agentName: liveKit.agentName });
  await bench.settle();
  const writer = new pg.Client({ connectionString: bench.database.urls.owner });
  await writer.connect();
  keep({ stop: () => writer.end() });

  const turn = async (): Promise<PartsPair> => {
    const dispatchMs = await timed(() => bench.dispatch({ fromNumber: number, waitUntil: 'WAIT_UNTIL_ACCEPTED' }));
    await bench.untilOver();
    // The dispatcher deletes the room yet.
    await sleep(SETTLE_MS);
    const routeMs = await timed(() => bench.route(number));
    const statementMs = await timed(() => writeInOneStatement(writer, bench));
    const transactionMs = await timed(() => writeInOneTransaction(writer, bench));
    return { dispatchMs, routeMs, statementMs, transactionMs };
  };
  // Side by side, since each turn waits for its call's end.
  await inParallel(how.warmUpTurns, WARM_UP_CONCURRENCY, async () => {
    await bench.dispatch({ fromNumber: number, waitUntil: 'WAIT_UNTIL_ACCEPTED' });
    await bench.route(number);
    await writeInOneStatement(writer, bench);
  });
  await bench.untilOver();
  const pairs: PartsPair[] = [];
  for (let pair = 0; pair < how.pairs; pair++) {
    const turns: PartsPair[] = [];
    for (let n = 0; n < how.turns; n++) turns.push(await turn());
    const middle = (key: keyof PartsPair): number =>
      percentile(
        turns.map((turn) => turn[key]),
        50,
      );
    const found = {
      dispatchMs: middle('dispatchMs'),
      routeMs: middle('routeMs'),
      statementMs: middle('statementMs'),
      transactionMs: middle('transactionMs'),
    };
    const shown = Object.entries(found).map(([key, value]) => `${key} ${value.toFixed(2)}`);
    onProgress(`  ${shown.join(', ')}`);
    pairs.push(found);
  }
  return pairs;
}

/** In milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** As large as what a Dispatch writes. */
function rows({ tenantId }: DispatchCase) {
  const id = randomUUID();
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
  const call = [id, tenantId, 'agent-7', '+12125550100', '+12125550199', 'database', '1.1', JSON.stringify([target])];
  return { id, tenantId, call, target: JSON.stringify(target), room: `bench-${id}`, key: randomUUID() };
}

const CALL = `(id, tenant_id, agent_id, from_number, to_number, source, snapshot_version, targets, metadata,
  ringing_timeout_seconds, max_duration_seconds, on_agent_lost, state, attempt, fence, lease_holder, lease_until, last_event, ended_at)`;
// Over at once, so that no dispatcher takes it over.
const CALL_VALUES = `$1, $2, $3, $4, $5, $6, $7, $8, '{"campaign":"spring"}', 30, 3600, 'end', 'failed', 1, 1, 'bench',
  clock_timestamp(), 1, clock_timestamp()`;
const HASH = 'x'.repeat(64);

async function writeInOneStatement(client: pg.Client, bench: DispatchCase): Promise<void> {
  const { call, target, room, key } = rows(bench);
  const schema = `"${bench.database.schema}"`;
  await client.query(
    `WITH key AS (
       INSERT INTO ${schema}.idempotency_keys (tenant_id, key, request_hash, call_id)
       VALUES ($2, $9, '${HASH}', $1) ON CONFLICT DO NOTHING RETURNING 1
     ), call AS (
       INSERT INTO ${schema}.voice_call_logs ${CALL} SELECT ${CALL_VALUES} FROM key RETURNING id
     ), attempt AS (
       INSERT INTO ${schema}.call_attempts (tenant_id, call_id, number, target, target_index, dial_mode, room, state)
       SELECT $2, $1, 1, $10, 0, 'dispatcher', $11, 'planned' FROM key
     ), event AS (
       INSERT INTO ${schema}.voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
       SELECT $2, $1, 1, 0, 'accepted', 'Dispatch' FROM key
     )
     SELECT id FROM call`
      .replaceAll('$1,', '$1::uuid,')
      .replaceAll('$2,', '$2::uuid,'),
    [...call, key, target, room],
  );
}

async function writeInOneTransaction(client: pg.Client, bench: DispatchCase): Promise<void> {
  const { id, tenantId, call, target, room, key } = rows(bench);
  const schema = `"${bench.database.schema}"`;
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO ${schema}.idempotency_keys (tenant_id, key, request_hash, call_id) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [tenantId, key, HASH, id],
  );
  await client.query(`INSERT INTO ${schema}.voice_call_logs ${CALL} VALUES (${CALL_VALUES})`, call);
  await client.query(
    `INSERT INTO ${schema}.call_attempts (tenant_id, call_id, number, target, target_index, dial_mode, room, state)
     VALUES ($1, $2, 1, $3, 0, 'dispatcher', $4, 'planned')`,
    [tenantId, id, target, room],
  );
  await client.query(
    `INSERT INTO ${schema}.voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
     VALUES ($1, $2, 1, 0, 'accepted', 'Dispatch')`,
    [tenantId, id],
  );
  await client.query('COMMIT');
}
