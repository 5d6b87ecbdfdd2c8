import type { Call } from '@dialplane/calls';
import { expect, test } from '@jest/globals';

import { toCall } from '../src/answers/to-call.ts';
import { storedCall } from './stored-call.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000);
const seconds = (length: number) => ({ seconds: Math.floor(length), nanos: Math.round((length % 1) * 1e9) });

test.each<[what: string, times: Partial<Call>, lengths: Partial<ReturnType<typeof toCall>>]>([
  ['a call that was not dialled', {}, { postDialDelay: undefined, ringTime: undefined, talkTime: undefined }],
  [
    'a call that rang, was answered and ended',
    { dialedAt: at(0), ringingAt: at(1.5), answeredAt: at(4), endedAt: at(64.25) },
    { postDialDelay: seconds(1.5), ringTime: seconds(2.5), talkTime: seconds(60.25) },
  ],
  [
    'a call whose ringing nobody saw',
    { dialedAt: at(0), answeredAt: at(4), endedAt: at(5) },
    { postDialDelay: seconds(4), ringTime: undefined, talkTime: seconds(1) },
  ],
  [
    'a call that nobody answered',
    { dialedAt: at(0), ringingAt: at(1), endedAt: at(31) },
    { postDialDelay: seconds(1), ringTime: seconds(30), talkTime: undefined },
  ],
  ['a call that rings', { dialedAt: at(0), ringingAt: at(1) }, { postDialDelay: seconds(1), ringTime: undefined }],
  [
    'evidence that came in another order',
    { dialedAt: at(2), ringingAt: at(1), answeredAt: at(3), endedAt: at(3) },
    { postDialDelay: seconds(0), ringTime: seconds(2), talkTime: seconds(0) },
  ],
])('the lengths of %s', (_what, times, lengths) => {
  expect(toCall(storedCall(times))).toMatchObject(lengths);
});

test('what is not known is not set', () => {
  const message = toCall(storedCall({ initiatedBy: null }));
  expect(message).toMatchObject({ initiatedBy: '', sipCode: 0, hungUpBy: 'HUNG_UP_BY_UNSPECIFIED' });
  expect(message.cancelledAt).toBeUndefined();
});

test('every word of ours has its counterpart in the contract', () => {
  const message = toCall(
    storedCall({ state: 'failed', reason: 'busy', sipCode: 486, hungUpBy: 'deployment', cancelledAt: at(0) }),
  );
  expect(message).toMatchObject({
    state: 'CALL_STATE_FAILED',
    reason: 'CALL_REASON_BUSY',
    sipCode: 486,
    hungUpBy: 'HUNG_UP_BY_DEPLOYMENT',
    cancelledAt: at(0),
    attempts: [
      { number: 1, state: 'ATTEMPT_STATE_PLANNED', dialMode: 'claiming', agentName: 'front-desk', sipCode: 0 },
    ],
  });
});

test('a call with a reason says it in words: whose doing, what, and what to do', () => {
  const { explanation } = toCall(storedCall({ state: 'failed', reason: 'busy', sipCode: 486 }));
  expect(explanation).toEqual({
    fault: 'FAULT_CALLEE',
    message: 'The callee is busy. The carrier said SIP 486.',
    hint: 'Call later, with a new idempotency key.',
  });
  expect(toCall(storedCall({ state: 'in_progress' })).explanation).toBeUndefined();
});
