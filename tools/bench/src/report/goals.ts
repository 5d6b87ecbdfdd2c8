import type { Report } from './to-json.ts';
import type { Spread } from './statistics.ts';

/** A figure to reach. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly read: (report: Report) => number | null;
  /** Where its spread is in the report's `spreads`; undefined: it has none. */
  readonly spread?: string;
  /** Undefined: there is no goal. */
  readonly isMet?: (figure: number) => boolean;
  readonly unit: string;
}

const ratio = (what: string, name: string, goal: string, isMet: Goal['isMet']): Goal => ({
  what,
  goal,
  read: ({ ratios }) => ratios[name] ?? null,
  spread: name,
  isMet,
  unit: '',
});
const atLeast = (least: number) => (figure: number) => figure >= least;
const atMost = (most: number) => (figure: number) => figure <= most;

/** What was asked of the routing engine before it was built. */
export const GOALS: readonly Goal[] = [
  ratio('Unary RouteCall at 1M numbers ÷ bare echo, requests/s', 'unary_1m_vs_echo', '≥ 0.95', atLeast(0.95)),
  ratio('The same by CPU per route: router ÷ echo', 'cpu_1m_vs_echo', '≤ 1.05', atMost(1.05)),
  ratio('Unary at 1M ÷ at 1k numbers', 'unary_1m_vs_1k', '≥ 0.97', atLeast(0.97)),
  ratio("p99 at 1M ÷ echo's p99, at 70 % of the echo's peak rate", 'p99_1m_vs_echo', '≤ 1.3', atMost(1.3)),
  ratio('RouteCall ÷ three-query Python service', 'unary_1m_vs_python3sql', '≥ 13', atLeast(13)),
  ratio('RouteCalls routes/s ÷ unary', 'stream_vs_unary', '≥ 5', atLeast(5)),
  {
    what: '`decideRoute` in process on one core at 1M numbers, all policies on, trace off',
    goal: '≥ 400,000/s',
    read: (report) => report.decide_per_second,
    spread: 'decide_per_second',
    isMet: atLeast(400_000),
    unit: '/s',
  },
  {
    what: 'The same at 1k numbers',
    goal: '–',
    read: (report) => report.decide_per_second_1k,
    spread: 'decide_per_second_1k',
    unit: '/s',
  },
  {
    what: 'Memory per number at 1M, rules included',
    goal: '≤ 140 bytes',
    read: (report) => report.bytes_per_number_1m,
    isMet: atMost(140),
    unit: ' bytes',
  },
  {
    what: 'Memory per number at 10M, rules included',
    goal: '≤ 90 bytes',
    read: (report) => report.bytes_per_number_10m,
    isMet: atMost(90),
    unit: ' bytes',
  },
  {
    what: 'Full load of 1M numbers from PostgreSQL',
    goal: '≤ 5 s',
    read: (report) => report.load_1m_seconds,
    spread: 'load_1m_seconds',
    isMet: atMost(5),
    unit: ' s',
  },
  {
    what: "The old snapshot's longest pause meanwhile",
    goal: '≤ 50 ms',
    read: (report) => report.load_1m_pause_ms,
    spread: 'load_1m_pause_ms',
    isMet: atMost(50),
    unit: ' ms',
  },
  {
    what: 'Committed change → visible in RouteCall, p99, under load',
    goal: '≤ 100 ms',
    read: (report) => report.visible_p99_ms,
    isMet: atMost(100),
    unit: ' ms',
  },
  {
    what: 'The same with every NOTIFY lost, the longest',
    goal: '≤ 5 s',
    read: (report) => report.visible_lost_notification_max_ms,
    isMet: atMost(5_000),
    unit: ' ms',
  },
  {
    what: 'Event-loop pause while a change to 100,000 rows is applied',
    goal: '≤ 10 ms',
    read: (report) => report.apply_100k_pause_ms,
    spread: 'apply_100k_pause_ms',
    isMet: atMost(10),
    unit: ' ms',
  },
];

/** The figure of a goal, written. */
export function writeGoal(report: Report, { read, unit, spread }: Goal): string {
  return writeFigure(read(report), unit, spread === undefined ? undefined : report.spreads[spread]);
}

/** A figure with its unit, and with the smallest and the largest of its measurements; a dash when it was not taken. */
export function writeFigure(figure: number | null, unit: string, spread: Spread | null | undefined): string {
  if (figure === null) return '—';
  const range = spread && spread.of > 1 ? ` (${write(spread.min)} – ${write(spread.max)}, ${spread.of})` : '';
  return `${write(figure)}${unit}${range}`;
}

export function write(value: number): string {
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
