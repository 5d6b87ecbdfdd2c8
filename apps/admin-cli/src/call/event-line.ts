import type { CallEvent } from '@dialplane/contracts';

import { CROSS, DASH, dim, TICK, visible, WARNING } from '../text.ts';
import { reasonWord } from './call-words.ts';

const WORDS: Readonly<Record<string, string>> = {
  cancel_requested: 'cancel asked for',
  dial_requested: 'dial asked for',
  taken_over: 'taken over',
  enriched: 'more is known',
  unpermitted_participant: 'dialled without a permit',
  unexpected_agent: 'a second agent',
};

const MARKS: Readonly<Record<string, string>> = {
  answered: TICK,
  ended: TICK,
  failed: CROSS,
  cancelled: CROSS,
  unpermitted_participant: CROSS,
  unknown: WARNING,
  cancel_requested: WARNING,
  taken_over: WARNING,
  unexpected_agent: WARNING,
};

/** Wide enough for all but the longest. */
const [TIME_WIDTH, ATTEMPT_WIDTH, KIND_WIDTH] = [9, 9, 16];

/** One event on one line; `start` is the moment that its time is relative to. */
export function eventLine({ kind, at, attempt, reason, sipCode, evidence }: CallEvent, start: Date): string {
  const after = at === undefined ? '' : `${((at.getTime() - start.getTime()) / 1000).toFixed(3)} s`;
  const about = attempt === 0 ? 'call' : `attempt ${attempt}`;
  const why = [reasonWord(reason), sipCode === 0 ? null : `SIP ${sipCode}`].filter((part) => part !== null).join(', ');
  const parts = [
    `${MARKS[kind] ?? DASH} ${after.padStart(TIME_WIDTH)}`,
    dim(about.padEnd(ATTEMPT_WIDTH)),
    visible(WORDS[kind] ?? kind.replaceAll('_', ' ')).padEnd(KIND_WIDTH),
    ...(why === '' ? [] : [why]),
    ...(evidence === '' ? [] : [dim(`(${visible(evidence)})`)]),
  ];
  return `  ${parts.join('  ').trimEnd()}`;
}
