import type { Call, CallEvent } from '@dialplane/contracts';

import { word } from '../word.ts';
import { hungUpByWord, reasonWord } from './call-words.ts';
import { toMs } from './span.ts';

/** 0 is how the contract says that there is none. */
const codeOrNull = (sipCode: number): number | null => (sipCode === 0 ? null : sipCode);

/** A call as `--json` prints it: words in lower case, lengths in milliseconds, null for what is not known. */
export function callJson({ postDialDelay, ringTime, talkTime, explanation, ...call }: Call) {
  return {
    ...call,
    state: word(call.state, 'CALL_STATE'),
    reason: reasonWord(call.reason),
    source: word(call.source, 'ROUTE_SOURCE'),
    sipCode: codeOrNull(call.sipCode),
    hungUpBy: hungUpByWord(call.hungUpBy),
    dialedAt: call.dialedAt ?? null,
    ringingAt: call.ringingAt ?? null,
    answeredAt: call.answeredAt ?? null,
    endedAt: call.endedAt ?? null,
    cancelledAt: call.cancelledAt ?? null,
    postDialDelayMs: toMs(postDialDelay),
    ringTimeMs: toMs(ringTime),
    talkTimeMs: toMs(talkTime),
    explanation: explanation === undefined ? null : { ...explanation, fault: word(explanation.fault, 'FAULT') },
    attempts: call.attempts.map((attempt) => ({
      ...attempt,
      state: word(attempt.state, 'ATTEMPT_STATE'),
      reason: reasonWord(attempt.reason),
      sipCode: codeOrNull(attempt.sipCode),
    })),
  };
}

/** An event as `--json` prints it. */
export function eventJson(event: CallEvent) {
  return { ...event, reason: reasonWord(event.reason), sipCode: codeOrNull(event.sipCode) };
}
