import { startLiveKitServer, startRedis } from '@dialplane/real-parts';
import type { LiveKitServer } from '@dialplane/real-parts';

import { readMachine } from '../read-machine.ts';
import type { Machine } from '../read-machine.ts';
import { spreadOf } from '../report/statistics.ts';
import type { Spread } from '../report/statistics.ts';
import type { Stoppable } from '../stoppable.ts';
import { compareAcceptedWithParts } from './accepted-vs-parts.ts';
import { measureBlackHole } from './black-hole.ts';
import { compareWithSdk } from './compare-with-sdk.ts';
import { DISPATCH_SETTINGS } from './dispatch-settings.ts';
import type { DispatchMode, DispatchPart } from './dispatch-settings.ts';
import { measureManyCalls } from './many-calls.ts';
import type { SizePair } from './many-calls.ts';
import { startDispatchCase } from './start-dispatch-case.ts';

export interface DispatchBenchOptions {
  readonly mode: DispatchMode;
  readonly parts: ReadonlySet<DispatchPart>;
  readonly onProgress: (line: string) => void;
  /** Is given what is started, to be stopped in reverse, also when the run is broken off. */
  readonly keep: (part: Stoppable) => void;
}

/** Figures by name: over pairs, each pair measured within seconds. */
export interface DispatchFigures {
  readonly machine: Machine;
  readonly spreads: Readonly<Record<string, Spread>>;
}

const CONCURRENCY = 32;
const SERVERS = 2;

/** Measures what was asked for. */
export async function runDispatchBench({
  mode,
  parts,
  onProgress,
  keep,
}: DispatchBenchOptions): Promise<DispatchFigures> {
  const settings = DISPATCH_SETTINGS[mode];
  const spreads: Record<string, Spread> = {};
  const note = <Pair>(name: string, pairs: readonly Pair[], of: (pair: Pair) => number): void => {
    spreads[name] = spreadOf(pairs.map(of));
  };
  let machine: Machine | undefined;

  if (parts.has('parts') || parts.has('sdk') || parts.has('hole')) {
    const bench = await startDispatchCase(keep);
    machine = await readMachine(bench.database.superuserUrl);
    if (parts.has('parts')) {
      onProgress('Dispatch (ACCEPTED) beside its parts');
      const pairs = await compareAcceptedWithParts(bench, settings.accepted, keep, onProgress);
      note('accepted_vs_parts', pairs, (pair) => pair.dispatchMs / (pair.routeMs + pair.transactionMs));
      note('accepted_vs_parts_in_one_statement', pairs, (pair) => pair.dispatchMs / (pair.routeMs + pair.statementMs));
      note('accepted_ms', pairs, (pair) => pair.dispatchMs);
      note('route_ms', pairs, (pair) => pair.routeMs);
      note('transaction_ms', pairs, (pair) => pair.transactionMs);
      note('statement_ms', pairs, (pair) => pair.statementMs);
    }
    const servers: LiveKitServer[] = [];
    if (parts.has('sdk') || parts.has('hole')) {
      const redis = await startRedis();
      keep(redis);
      for (let n = 0; n < SERVERS; n++) {
        const [first] = servers;
        const key = first && { apiKey: first.apiKey, apiSecret: first.apiSecret };
        const server = await startLiveKitServer({ redisUrl: redis.url, onProgress, ...(key && { key }) });
        keep(server);
        servers.push(server);
      }
    }
    const [server] = servers;
    if (parts.has('sdk') && server !== undefined) {
      onProgress('Dispatch (ROOM_READY) beside the SDK');
      const comparison = await compareWithSdk(bench, server, onProgress);
      const latencies = await comparison.latencies(settings.sdk.pairs, settings.sdk.turns);
      note('dispatch_vs_sdk_latency_c1', latencies, (pair) => pair.dispatch / pair.sdk);
      note('room_ready_ms', latencies, (pair) => pair.dispatch);
      note('sdk_ms', latencies, (pair) => pair.sdk);
      const throughputs = await comparison.throughputs(settings.sdk.pairs, settings.sdk.burst, CONCURRENCY);
      note('dispatch_vs_sdk_throughput_c32', throughputs, (pair) => pair.dispatch / pair.sdk);
      note('dispatches_per_second', throughputs, (pair) => pair.dispatch);
      note('sdk_per_second', throughputs, (pair) => pair.sdk);
    }
    if (parts.has('hole')) {
      onProgress('One of twenty configs black-holed');
      const hole = await measureBlackHole(bench, servers, settings.hole, keep, onProgress);
      note('black_hole_p99_ratio', hole.pairs, (pair) => pair.withMs / pair.withoutMs);
      note('p99_with_black_hole_ms', hole.pairs, (pair) => pair.withMs);
      note('p99_without_black_hole_ms', hole.pairs, (pair) => pair.withoutMs);
      note('black_hole_failures_to_open', [hole], (found) => found.swallowed);
    }
  }
  if (parts.has('many')) {
    onProgress('Many calls in the table');
    const found = await measureManyCalls(settings.sizes, settings.many, keep, onProgress);
    const ratio = ({ few, many }: SizePair): number => many / few;
    note('reconcile_1m_vs_10k', found.reconcile, ratio);
    note('reconcile_idle_1m_vs_10k', found.idle, ratio);
    note('list_1m_vs_10k', found.list, ratio);
    note('reconcile_1m_ms', found.reconcile, ({ many }) => many);
    note('list_1m_ms', found.list, ({ many }) => many);
  }
  return { machine: machine ?? (await readMachine(undefined)), spreads };
}
