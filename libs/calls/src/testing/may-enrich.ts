import type { AttemptMove } from '../call-repository.ts';
import type { Call } from '../call.ts';

/**
 * Whether the move is a SIP code for an attempt that has failed without one. Whether it comes within ENRICH_WITHIN_MS of
 * the attempt's end, as it has to, is another matter.
 */
export function mayEnrich(call: Call, number: number, move: AttemptMove): boolean {
  const attempt = call.attempts.at(-1);
  const isWithoutCode = attempt?.number === number && attempt.state === 'failed' && attempt.sipCode === null;
  return isWithoutCode && move.to === 'failed' && move.sipCode !== undefined;
}
