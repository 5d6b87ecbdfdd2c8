import type { Random } from '../random.ts';

/** How an agent behaves; what the proper one does is in `docs/dispatch.md`. */
export const MANNERS = [
  'proper',
  /** Asks once more as another process of the same job would: after a restart, or because two run. */
  'greedy',
  /** Asks when its time is over and another attempt may have begun. */
  'late',
  /** Joins and never asks. */
  'silent',
  /** Leaves without a word when the callee is being dialled. */
  'vanishing',
  /** Does not take the job. */
  'absent',
] as const;
export type Manner = (typeof MANNERS)[number];

/** How often each comes, in hundredths. The others wait for time-outs of many seconds, so they are rare. */
const HUNDREDTHS: Readonly<Record<Manner, number>> = {
  proper: 72,
  greedy: 14,
  late: 4,
  silent: 3,
  vanishing: 5,
  absent: 2,
};

export function drawManner(random: Random): Manner {
  let drawn = random.next() * 100;
  return MANNERS.find((manner) => (drawn -= HUNDREDTHS[manner]) < 0) ?? 'proper';
}
