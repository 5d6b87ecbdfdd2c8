import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Call, CallReason } from '@dialplane/calls';
import { exampleCall } from '@dialplane/calls/testing';
import { CallReason as ContractReason } from '@dialplane/contracts';
import { expect, test } from '@jest/globals';

import { explainReason } from '../src/refusals/explain-reason.ts';
import { toFailure } from '../src/refusals/to-failure.ts';
import { storedCall } from './stored-call.ts';

const PROTO = readFileSync(join(import.meta.dirname, '../../../proto/dialplane/v1/dispatcher.proto'), 'utf8');
const TENANT = '11111111-1111-4111-8111-111111111111';
const ID = '44444444-4444-4444-8444-444444444444';

const REASONS = Object.keys(ContractReason)
  .filter((name) => name !== 'UNSPECIFIED' && name !== 'UNRECOGNIZED')
  .map((name) => name.toLowerCase() as CallReason);

/** Whose doing the contract says that it is. */
function faultInContract(reason: CallReason): string | undefined {
  const name = `CALL_REASON_${reason.toUpperCase()}`;
  const comment = new RegExp(`// \\[([^\\]]+)\\][^\\n]*\\n(?: {2}//[^\\n]*\\n)* {2}${name} = `).exec(PROTO);
  return comment?.[1]?.toLowerCase().replace(' ', '_');
}

const call = (changed: Partial<Call> = {}): Call =>
  exampleCall({ id: ID, tenantId: TENANT, state: 'failed', attempts: [], ...changed });

test('there is a reason in the contract, and somebody whose doing each is', () => {
  expect(REASONS.length).toBeGreaterThan(20);
  expect(REASONS.filter((reason) => faultInContract(reason) === undefined)).toEqual([]);
});

test.each(REASONS)('%s is told with its fault, a message and what to do', (reason) => {
  const failure = toFailure(call(), reason);
  expect(failure).toMatchObject({
    reason: reason.toUpperCase(),
    fault: faultInContract(reason),
    retryable: false,
    metadata: { call_log_id: ID },
  });
  expect(failure.message).toMatch(/^[A-Z].*\.$/);
  // The message goes into logs.
  expect(failure.message).not.toMatch(/\d{6}/);
  expect(failure.hint).toMatch(/^[A-Z].{10}/);
  expect(failure.hint).not.toMatch(/undefined|null|\[object/);
});

test('what leaves open whether the phone has rung is UNKNOWN, whatever else has failed is ABORTED', () => {
  const unknown = REASONS.filter((reason) => toFailure(call(), reason).code === 'UNKNOWN');
  expect(unknown.sort()).toEqual(['agent_did_not_report', 'outcome_unknown']);
  expect(new Set(REASONS.map((reason) => toFailure(call(), reason).code))).toEqual(new Set(['UNKNOWN', 'ABORTED']));
});

test('a call in doubt is UNKNOWN whatever the reason, and says how to follow it', () => {
  for (const reason of REASONS) {
    const failure = toFailure(call({ state: 'unknown' }), reason);
    expect(failure.code).toBe('UNKNOWN');
    expect(failure.hint).toContain(`dialplane call watch ${ID} --tenant ${TENANT}`);
    expect(failure.hint).not.toContain('new idempotency key');
  }
  expect(toFailure(call(), 'busy').hint).not.toContain('call watch');
});

test('only who has not seen the timeline is sent to it', () => {
  const show = `what happened: dialplane call show ${ID} --tenant ${TENANT}`;
  expect(toFailure(call(), 'carrier_trouble').hint).toContain(show);
  for (const reason of REASONS) expect(explainReason(call(), reason).hint).not.toContain('call show');
});

test("the carrier's SIP code is told", () => {
  expect(toFailure(call({ sipCode: 486 }), 'busy')).toMatchObject({
    message: 'The callee is busy. The carrier said SIP 486.',
    metadata: { call_log_id: ID, sip_code: '486' },
  });
});

const PERMIT = { attempt: 1, grantedAt: new Date(0), holder: 'dispatcher', nonce: null };
const LEGACY = storedCall().attempts.map((attempt) => ({ ...attempt, dialMode: 'legacy' as const }));
const [DIALED, RINGING, ANSWERED] = [
  { dialedAt: new Date(0) },
  { ringingAt: new Date(900) },
  { answeredAt: new Date(1_000) },
];

test.each<[Partial<Call>, string]>([
  [{}, 'in time: nobody was dialled.'],
  [{ attempts: LEGACY }, 'before the callee was seen: the agent may have dialled, and the phone may have rung.'],
  [{ permit: PERMIT }, 'after the dial was permitted: the phone may have rung.'],
  [{ permit: PERMIT, ...DIALED }, 'while it was being dialled: the phone may have rung.'],
  [{ permit: PERMIT, ...DIALED, ...RINGING }, 'while it rang.'],
  [{ attempts: LEGACY, ...RINGING }, 'while it rang.'],
  [{ ...DIALED, ...RINGING, ...ANSWERED }, 'after the callee had answered.'],
  [{ ...DIALED, ...ANSWERED, endedAt: new Date(24_190) }, 'after 23.1 s of talk.'],
  [{ ...DIALED, ...ANSWERED, endedAt: new Date(84_190) }, 'after 1 min 23 s of talk.'],
])('of a call that was cancelled it is told how far it had come: %#', (reached, says) => {
  expect(explainReason(call(reached), 'cancelled').message).toBe(`The call was cancelled ${says}`);
});

test('of a 480 it is told how to say what the carrier means by it, of nothing else', () => {
  const { attempts } = storedCall();
  const set = `dialplane trunk set ST_test --deployment https://livekit.example.com --tenant ${TENANT} --sip-codes 480=carrier_trouble`;
  expect(explainReason(call({ attempts, sipCode: 480 }), 'unavailable').hint).toContain(set);
  expect(explainReason(call({ attempts, sipCode: 499 }), 'unavailable').hint).not.toContain('trunk set');
});
