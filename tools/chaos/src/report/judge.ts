import type { ChaosCounts, ChaosReport } from './to-json.ts';

/** What must be 0. */
const PROMISES = [
  'lost',
  'rung_twice',
  'two_permits',
  'not_terminal',
  'stale_writes',
  'rooms_left',
  'crashes',
] as const;

/** What a run without a protection must have found, or a run with it proves nothing. */
const MUST_FAIL: Readonly<Record<string, readonly (keyof ChaosCounts)[]>> = {
  permit: ['rung_twice', 'two_permits'],
  fence: ['stale_writes'],
};

/** What is wrong with a run, in sentences; empty: everything is as it must be. */
export function judge({ sabotaged, ...counts }: ChaosReport): string[] {
  const broken = PROMISES.filter((promise) => counts[promise] !== 0).map(
    (promise) => `${promise} is ${counts[promise]}, and must be 0.`,
  );
  const blind = Object.entries(sabotaged).flatMap(([name, found]) =>
    (MUST_FAIL[name] ?? [])
      .filter((promise) => found[promise] === 0)
      .map((promise) => `Without the ${name} ${promise} is 0: the run would not see what it looks for.`),
  );
  return [...broken, ...blind];
}
