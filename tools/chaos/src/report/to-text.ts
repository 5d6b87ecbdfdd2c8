import { FAULTS } from '../faults.ts';
import type { ChaosResult } from '../run-chaos.ts';
import { toCounts } from './to-json.ts';
import type { ChaosCounts } from './to-json.ts';

const SHOWN = 8;

const ROWS: readonly (readonly [keyof ChaosCounts, string])[] = [
  ['calls', 'calls placed'],
  ['kills', 'kill -9 of dispatchers'],
  ['lost', 'calls accepted and then lost'],
  ['rung_twice', 'calls dialled more than once'],
  ['two_permits', 'calls with more than one permit'],
  ['not_terminal', 'calls not over in time'],
  ['stale_writes', 'stale writes'],
  ['rooms_left', 'rooms of ended calls with somebody in them'],
  ['crashes', 'dispatchers that ended by themselves'],
];

/** A table for people: the run, and beside it the runs without a protection. */
export function toText(whole: ChaosResult, sabotaged: Readonly<Record<string, ChaosResult>>): string {
  const columns = [toCounts(whole), ...Object.values(sabotaged).map(toCounts)];
  const heads = ['', 'whole', ...Object.keys(sabotaged).map((name) => `without ${name}`)];
  const rows = ROWS.map(([key, says]) => [says, ...columns.map((counts) => String(counts[key]))]);
  return [
    table([heads, ...rows]),
    '',
    ...Object.entries(whole.violations).flatMap(([kind, found]: [string, readonly string[]]) =>
      found.length === 0 ? [] : [`${kind}:`, ...found.slice(0, SHOWN).map((line) => `  ${line}`)],
    ),
    ...whole.ownEnds,
    `Faults: ${FAULTS.map((fault) => `${fault} ${whole.faults[fault]}`).join(', ')}.`,
    `Callers asked ${whole.tally.asked} times; ${describe(whole.tally.failures)}.`,
    ...(whole.tally.unanswered.length > 0 ? [`${whole.tally.unanswered.length} gave up without an answer.`] : []),
    ...(whole.tally.refused.size > 0 ? [`Refused: ${listed(whole.tally.refused)}.`] : []),
    `The last call was over ${(whole.settledAfterMs / 1_000).toFixed(0)} s after the last fault.`,
    `Outcomes: ${whole.outcomes.map(({ outcome, calls }) => `${outcome} ${calls}`).join('; ')}.`,
  ].join('\n');
}

function describe(failures: ReadonlyMap<string, number>): string {
  if (failures.size === 0) return 'no request failed';
  return `failed: ${listed(failures)}`;
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, times]) => `${name} ${times}`).join(', ');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  '),
    )
    .join('\n');
}
