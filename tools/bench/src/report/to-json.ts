import type { Pair } from '../measure/compare-rates.ts';
import type { LoadResult } from '../measure/run-load.ts';
import type { Measured } from '../measured.ts';
import { rounded, spreadOf } from './statistics.ts';
import type { Spread } from './statistics.ts';

/** What of a pair is compared: the main subject's figure first. */
type Compare = (main: LoadResult, other: LoadResult) => number;
const rates: Compare = (main, other) => main.requestsPerSecond / other.requestsPerSecond;

/** The ratios of a run: which subject is on the other side, and what is divided by what. */
const RATIOS: Readonly<Record<string, { readonly other: string; readonly of: Compare }>> = {
  unary_1m_vs_echo: { other: 'echo', of: rates },
  cpu_1m_vs_echo: { other: 'echo', of: (main, other) => cpuOf(main) / cpuOf(other) },
  unary_1m_vs_1k: { other: 'router_1k', of: rates },
  unary_1m_vs_100k: { other: 'router_100k', of: rates },
  unary_1m_vs_python3sql: { other: 'python_3sql', of: rates },
  unary_1m_vs_python3sql_tuned: { other: 'python_3sql_tuned', of: rates },
  unary_1m_vs_node3sql: { other: 'node_3sql', of: rates },
  unary_1m_vs_go_echo: { other: 'go_echo', of: rates },
  stream_vs_unary: { other: 'stream', of: (main, other) => other.requestsPerSecond / main.requestsPerSecond },
};

export type Figure = number | null;
export interface Report {
  readonly mode: string;
  readonly taken_at: string;
  readonly seconds: number;
  readonly machine: Readonly<Record<string, string | number>>;
  /** Medians over pairs. */
  readonly ratios: Readonly<Record<string, Figure>>;
  /** The same figures with the smallest and the largest of the pairs. */
  readonly spreads: Readonly<Record<string, Spread | null>>;
  readonly decide_per_second: Figure;
  readonly decide_per_second_1k: Figure;
  readonly bytes_per_number_1m: Figure;
  readonly bytes_per_number_10m: Figure;
  readonly load_1m_seconds: Figure;
  readonly load_1m_pause_ms: Figure;
  readonly visible_p50_ms: Figure;
  readonly visible_p99_ms: Figure;
  readonly visible_max_ms: Figure;
  readonly visible_lost_notification_max_ms: Figure;
  readonly apply_100k_pause_ms: Figure;
  readonly apply_100k_visible_ms: Figure;
  readonly servers: Readonly<Record<string, ServerFigures>>;
  /** At a fixed rate. */
  readonly latency: Readonly<Record<string, ServerFigures>>;
  readonly latency_rate: Figure;
}

export interface ServerFigures {
  readonly requests_per_second: Spread;
  readonly p50_ms: Spread;
  readonly p99_ms: Spread;
  readonly cpu_us_per_route: Spread | null;
  readonly database_cpu_us_per_route: Spread | null;
}

/** The object that the bench prints. What was not measured is null. */
export function toJson(measured: Measured): Report {
  const { changes, latency, memory, pairs, decisionsPerSecond, decisionsPerSecondAt1k } = measured;
  const spreads: Record<string, Spread | null> = {};
  for (const [name, { other, of }] of Object.entries(RATIOS)) spreads[name] = compare(pairs.get(other), of);
  spreads['p99_1m_vs_echo'] = compare(latency?.pairs, (main, other) => main.p99Ms / other.p99Ms);
  const ratios = Object.fromEntries(Object.entries(spreads).map(([name, spread]) => [name, spread && spread.median]));
  spreads['decide_per_second'] = spreadIfAny(decisionsPerSecond);
  spreads['decide_per_second_1k'] = spreadIfAny(decisionsPerSecondAt1k);
  spreads['load_1m_seconds'] = changes ? roundedSpread(changes.reloadSeconds) : null;
  spreads['load_1m_pause_ms'] = changes ? roundedSpread(changes.reloadPauseMs) : null;
  spreads['apply_100k_pause_ms'] = changes ? roundedSpread(changes.bigChangePauseMs) : null;
  spreads['apply_100k_visible_ms'] = changes ? roundedSpread(changes.bigChangeVisibleMs) : null;
  const middle = (name: string): Figure => spreads[name]?.median ?? null;
  const bytesAt = (numbers: number): Figure =>
    figure(memory.find((figures) => figures.numbers === numbers)?.bytesPerNumber);

  return {
    mode: measured.mode,
    taken_at: measured.takenAt.toISOString(),
    seconds: Math.round(measured.seconds),
    machine: { ...measured.machine },
    ratios,
    spreads,
    decide_per_second: middle('decide_per_second'),
    decide_per_second_1k: middle('decide_per_second_1k'),
    bytes_per_number_1m: bytesAt(1_000_000),
    bytes_per_number_10m: bytesAt(10_000_000),
    load_1m_seconds: middle('load_1m_seconds'),
    load_1m_pause_ms: middle('load_1m_pause_ms'),
    visible_p50_ms: figure(changes?.visibleP50Ms),
    visible_p99_ms: figure(changes?.visibleP99Ms),
    visible_max_ms: figure(changes?.visibleMaxMs),
    visible_lost_notification_max_ms: figure(changes?.lostNotificationMaxMs),
    apply_100k_pause_ms: middle('apply_100k_pause_ms'),
    apply_100k_visible_ms: middle('apply_100k_visible_ms'),
    servers: ofServers(pairs.get('echo'), [...pairs]),
    latency_rate: figure(latency?.rate),
    latency: latency ? ofServers(latency.pairs, [['echo', latency.pairs]]) : {},
  };
}

function compare(pairs: readonly Pair[] | undefined, of: Compare): Spread | null {
  const values = (pairs ?? []).map(({ main, other }) => of(main, other)).filter(Number.isFinite);
  return spreadIfAny(values);
}

/** Every subject by its name; the main one, `router_1m`, from its measurements beside the echo. */
function ofServers(
  ofMain: readonly Pair[] | undefined,
  others: readonly (readonly [string, readonly Pair[]])[],
): Record<string, ServerFigures> {
  const all = others.map(([name, pairs]) => [name, pairs.map(({ other }) => other)] as const);
  if (ofMain !== undefined) all.unshift(['router_1m', ofMain.map(({ main }) => main)]);
  return Object.fromEntries(
    all.filter(([, loads]) => loads.length > 0).map(([name, loads]) => [name, ofServer(loads)]),
  );
}

function ofServer(loads: readonly LoadResult[]): ServerFigures {
  const spread = (read: (load: LoadResult) => number | undefined): Spread | null => {
    const values = loads.map(read).filter((value) => value !== undefined);
    return spreadIfAny(values);
  };
  const known = (read: (load: LoadResult) => number): Spread => roundedSpread(spreadOf(loads.map(read)));
  return {
    requests_per_second: known((load) => load.requestsPerSecond),
    p50_ms: known((load) => load.p50Ms),
    p99_ms: known((load) => load.p99Ms),
    cpu_us_per_route: spread((load) => load.cpuPerRequestUs),
    database_cpu_us_per_route: spread((load) => load.databaseCpuPerRequestUs),
  };
}

const cpuOf = (load: LoadResult): number => load.cpuPerRequestUs ?? Number.NaN;
const figure = (value: number | undefined): Figure => (value === undefined ? null : rounded(value));

const spreadIfAny = (values: readonly number[]): Spread | null =>
  values.length > 0 ? roundedSpread(spreadOf(values)) : null;

function roundedSpread({ median, min, max, of }: Spread): Spread {
  return { median: rounded(median), min: rounded(min), max: rounded(max), of };
}
