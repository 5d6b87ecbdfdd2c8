import { rounded } from '../report/statistics.ts';
import type { Spread } from '../report/statistics.ts';
import type { DispatchFigures } from './run-dispatch-bench.ts';

/** The object that the bench prints: medians by name; those not measured are missing. */
export interface DispatchReport {
  readonly [figure: string]: number | string | Readonly<Record<string, unknown>>;
}

interface Goal {
  readonly figure: string;
  readonly what: string;
  readonly goal: string;
  readonly isMet: (value: number) => boolean;
}

const atMost = (most: number) => (value: number) => value <= most;

/** What was asked of the dispatcher before it was built. The noise of two equal things is some 15 % here. */
export const DISPATCH_GOALS: readonly Goal[] = [
  {
    figure: 'accepted_vs_parts',
    what: 'Dispatch (ACCEPTED) ÷ one RouteCall and one transaction with its writes',
    goal: '≤ 1.5',
    isMet: atMost(1.5),
  },
  {
    figure: 'dispatch_vs_sdk_latency_c1',
    what: "Dispatch (ROOM_READY) ÷ the SDK's createRoom and listDispatch, latency one at a time",
    goal: '≤ 2.0',
    isMet: atMost(2),
  },
  {
    figure: 'dispatch_vs_sdk_throughput_c32',
    what: 'The same, throughput with 32 at a time',
    goal: '≥ 0.6',
    isMet: (value) => value >= 0.6,
  },
  {
    figure: 'black_hole_p99_ratio',
    what: "One of twenty configs black-holed: the others' p99 ÷ theirs without",
    goal: '≤ 1.3',
    isMet: atMost(1.3),
  },
  {
    figure: 'black_hole_failures_to_open',
    what: 'Calls that a black hole swallows one after the other before its breaker opens',
    goal: '5',
    isMet: (value) => value === 5,
  },
  {
    figure: 'reconcile_1m_vs_10k',
    what: 'A pass of the reconciler, 1,000,000 calls in the table ÷ 10,000',
    goal: '1, within the noise',
    isMet: atMost(1.15),
  },
  {
    figure: 'list_1m_vs_10k',
    what: 'Two pages of ListCalls, 1,000,000 calls in the table ÷ 10,000',
    goal: '1, within the noise',
    isMet: atMost(1.15),
  },
];

export function toDispatchReport({ machine, spreads }: DispatchFigures, mode: string, takenAt: Date): DispatchReport {
  const medians = Object.entries(spreads).map(([name, { median }]) => [name, rounded(median)] as const);
  return { mode, taken_at: takenAt.toISOString(), ...Object.fromEntries(medians), machine: { ...machine }, spreads };
}

/** What a person at a terminal wants to know. */
export function toDispatchText({ spreads }: DispatchFigures): string {
  const goals = DISPATCH_GOALS.flatMap(({ figure, what, goal, isMet }) => {
    const spread = spreads[figure];
    return spread === undefined
      ? []
      : [`${isMet(spread.median) ? 'met   ' : 'MISSED'}  ${what}: ${write(spread)}, goal ${goal}`];
  });
  const named = new Set(DISPATCH_GOALS.map(({ figure }) => figure));
  const others = Object.entries(spreads).filter(([name]) => !named.has(name));
  return [...goals, '', ...others.map(([name, spread]) => `        ${name}: ${write(spread)}`)].join('\n');
}

function write({ median, min, max, of }: Spread): string {
  return of === 1 ? String(rounded(median)) : `${rounded(median)} (${rounded(min)} to ${rounded(max)}, ${of} pairs)`;
}
