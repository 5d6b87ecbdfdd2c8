import { calleeIdentity } from '@dialplane/calls';
import type { Call, DialMode } from '@dialplane/calls';
import { callUnary } from '@dialplane/grpc';
import type { ReportDialRequest } from '@dialplane/contracts';
import { callFromPython, preparePython } from '@dialplane/contracts/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';

import { claimDial } from '../src/agent-calls/claim-dial.ts';
import type { AgentTokenClaims } from '../src/agent-calls/create-agent-tokens.ts';
import { follow, startCallService, until } from './call-service.ts';
import type { AcceptedCall, CallService } from './call-service.ts';
import { failureOf } from './failure-of.ts';
import { OTHER_TENANT, TENANT } from './known-ids.ts';
import { newAttempt, TARGET } from './stored-call.ts';

const JOB = 'AJ_one';
const OTHER_JOB = 'AJ_other';
const NONCE = 'nonce-of-one';
const evidence = 'test';

let service: CallService;
beforeAll(async () => {
  service = await startCallService();
});
afterAll(() => service.stop());

/** The token of an attempt's job, less what is changed. */
function tokenOf({ id, tenantId }: Call, change: Partial<AgentTokenClaims> = {}, seconds = 60): Promise<string> {
  const claims = {
    purpose: 'dial',
    tenantId,
    callId: id,
    attempt: 1,
    agentName: TARGET.agentName,
    jobId: null,
  } as const;
  return service.tokens.sign({ ...claims, ...change }, seconds);
}

const claim = (token: string, jobId = JOB, nonce = NONCE) =>
  callUnary(service.agents.claimDial.bind(service.agents), { token, jobId, nonce });
const report = (token: string, change: Partial<ReportDialRequest> = {}) =>
  callUnary(service.agents.reportDial.bind(service.agents), {
    token,
    jobId: JOB,
    state: 'ATTEMPT_STATE_RINGING',
    sipCode: 0,
    hungUpBy: 'HUNG_UP_BY_UNSPECIFIED',
    ...change,
  });
const place = (token: string, jobId = JOB) => follow(service.agents.placeDial({ token, jobId }));

const revoked = (why: string) => ({
  code: 'FAILED_PRECONDITION',
  reason: 'ATTEMPT_REVOKED',
  metadata: expect.objectContaining({ why }),
});
const refused = { code: 'UNAUTHENTICATED', reason: 'AGENT_TOKEN_REFUSED' };

async function nextAttempt({ call, lease, move }: AcceptedCall, mode: DialMode): Promise<void> {
  await move({ to: 'failed', reason: 'no_agent', isLast: false, evidence });
  expect(await service.calls.startAttempt(lease, newAttempt(call.id, mode, 2))).toBe(true);
}

const stored = async ({ id }: Call): Promise<Call | undefined> => service.calls.get(TENANT, id);
const kindsOf = async ({ id }: Call): Promise<string[]> =>
  (await service.calls.events(TENANT, id, 0)).map(({ kind }) => kind);

describe('ClaimDial', () => {
  test('gives the permit and all that it takes to dial', async () => {
    const { call } = await service.accept('claiming');
    const granted = await claim(await tokenOf(call));
    expect(granted).toEqual({
      sipTrunkId: TARGET.sipTrunkId,
      dialNumber: TARGET.dialString,
      callerId: TARGET.callerIdString,
      sipHeaders: TARGET.sipHeaders,
      participantIdentity: calleeIdentity(call.id),
      ringingTimeoutSeconds: 30,
      maxDurationSeconds: 600,
      reportToken: expect.any(String),
    });
    expect(await stored(call)).toMatchObject({
      permit: { attempt: 1, holder: JOB },
      attempts: [{ state: 'permitted' }],
    });
  });

  test('the same job and nonce get the same answer; whoever else asks is refused', async () => {
    const { call } = await service.accept('claiming');
    const token = await tokenOf(call);
    const { reportToken: _first, ...granted } = await claim(token);
    const { reportToken: _again, ...repeated } = await claim(token);
    expect(repeated).toEqual(granted);
    expect(await failureOf(claim(token, OTHER_JOB))).toMatchObject(revoked('held'));
    expect(await failureOf(claim(token, JOB, 'another-nonce'))).toMatchObject(revoked('held'));
    expect(await kindsOf(call)).toEqual(['accepted', 'agent_ready', 'permitted']);
  });

  test('of fifty who ask at once one gets it', async () => {
    const { call } = await service.accept('claiming');
    const token = await tokenOf(call);
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, at) => claim(token, `AJ_${at}`)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await kindsOf(call)).filter((kind) => kind === 'permitted')).toHaveLength(1);
  });

  test('is refused to an earlier attempt', async () => {
    const accepted = await service.accept('claiming');
    const token = await tokenOf(accepted.call);
    await nextAttempt(accepted, 'claiming');
    expect(await failureOf(claim(token))).toMatchObject(revoked('revoked'));
    expect((await stored(accepted.call))?.permit).toBeNull();
    expect(await claim(await tokenOf(accepted.call, { attempt: 2 }))).toBeDefined();
  });

  test('is refused when the call is cancelled, or over, or its number must not be called', async () => {
    const cancelled = await service.accept('claiming');
    await service.calls.cancel(TENANT, cancelled.call.id);
    expect(await failureOf(claim(await tokenOf(cancelled.call)))).toMatchObject(revoked('cancelled'));

    const over = await service.accept('claiming');
    await over.move({ to: 'failed', reason: 'no_agent', isLast: true, evidence });
    expect(await failureOf(claim(await tokenOf(over.call)))).toMatchObject(revoked('over'));

    const toNumber = '+12125550177';
    const unwanted = await service.accept('claiming', { toNumber });
    await service.sql('INSERT INTO $schema.do_not_call (tenant_id, number) VALUES ($1, $2)', [TENANT, toNumber]);
    expect(await failureOf(claim(await tokenOf(unwanted.call)))).toMatchObject(revoked('do_not_call'));
  });

  test.each([
    ['no token', { token: '' }, 'token'],
    ['no job', { jobId: '' }, 'job_id'],
    ["the dispatcher's own name", { jobId: 'dispatcher' }, 'job_id'],
    ['a job of 10 KB', { jobId: 'A'.repeat(10_000) }, 'job_id'],
    ['a short nonce', { nonce: '1234567' }, 'nonce'],
    ['a long nonce', { nonce: 'x'.repeat(65) }, 'nonce'],
    ['a nonce with a line break', { nonce: '12345678\n' }, 'nonce'],
  ])('refuses %s', async (_what, change, field) => {
    const { call } = await service.accept('claiming');
    const request = { token: await tokenOf(call), jobId: JOB, nonce: NONCE, ...change };
    const failure = await failureOf(callUnary(service.agents.claimDial.bind(service.agents), request));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
  });
});

describe('a token is good for nothing but its own attempt', () => {
  const bad: [what: string, make: (call: Call) => Promise<string>, expected: object][] = [
    ['forged', async () => 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', refused],
    ['expired', (call) => tokenOf(call, {}, -2), refused],
    ['for reporting', (call) => tokenOf(call, { purpose: 'report' }), refused],
    ["another agent's", (call) => tokenOf(call, { agentName: 'other' }), revoked('held')],
    ["an attempt's that does not exist", (call) => tokenOf(call, { attempt: 2 }), revoked('held')],
    [
      "another tenant's",
      (call) => tokenOf(call, { tenantId: '22222222-2222-4222-8222-222222222222' }),
      { code: 'NOT_FOUND', reason: 'CALL_NOT_FOUND' },
    ],
  ];

  test.each(bad)('ClaimDial with one that is %s', async (_what, make, expected) => {
    const { call } = await service.accept('claiming');
    expect(await failureOf(claim(await make(call)))).toMatchObject(expected);
    expect((await stored(call))?.permit).toBeNull();
  });

  test.each(bad)('PlaceDial with one that is %s', async (_what, make, expected) => {
    const { call } = await service.accept('dispatcher');
    expect(await failureOf(place(await make(call)).ended)).toMatchObject(expected);
    expect(await kindsOf(call)).toEqual(['accepted']);
  });

  test("another call's token moves that call and not this one", async () => {
    const { call } = await service.accept('claiming');
    const other = await service.accept('claiming');
    expect((await claim(await tokenOf(other.call))).participantIdentity).toBe(calleeIdentity(other.call.id));
    expect((await stored(call))?.permit).toBeNull();
  });
});

describe('twins: without the binding', () => {
  /** ClaimDial that takes a token's word for it, or what is put in its place. */
  const claimUnbound = (token: string, change: Partial<AgentTokenClaims>) => {
    const verify = async (): Promise<AgentTokenClaims> => {
      const { tenant, call, attempt, agent } = decodeJwt<
        Record<'tenant' | 'call' | 'agent', string> & { attempt: number }
      >(token);
      return { purpose: 'dial', tenantId: tenant, callId: call, attempt, agentName: agent, jobId: null, ...change };
    };
    const parts = { calls: service.calls, feed: service.feed, tokens: { ...service.tokens, verify } };
    return claimDial(parts, { token, jobId: JOB, nonce: NONCE });
  };

  test('to a signature, a forged token gets the permit', async () => {
    const { call } = await service.accept('claiming');
    const [header, payload] = (await tokenOf(call)).split('.');
    await claimUnbound(`${header}.${payload}.c2lnbmF0dXJl`, {});
    expect((await stored(call))?.permit).toMatchObject({ holder: JOB });
  });

  test("to an attempt, an earlier attempt's token gets the permit", async () => {
    const accepted = await service.accept('claiming');
    const token = await tokenOf(accepted.call);
    await nextAttempt(accepted, 'claiming');
    await claimUnbound(token, { attempt: 2 });
    expect((await stored(accepted.call))?.permit).toMatchObject({ attempt: 2, holder: JOB });
  });

  test("to a call, another call's token gets the permit", async () => {
    const { call } = await service.accept('claiming');
    const other = await service.accept('claiming');
    await claimUnbound(await tokenOf(other.call), { callId: call.id });
    expect((await stored(call))?.permit).toMatchObject({ holder: JOB });
  });
});

describe('who dials', () => {
  test.each<[DialMode, string]>([
    ['dispatcher', 'PlaceDial'],
    ['legacy', 'The worker dials'],
  ])('ClaimDial is not for calls of mode %s', async (mode, hint) => {
    const { call } = await service.accept(mode);
    const failure = await failureOf(claim(await tokenOf(call)));
    expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'WRONG_DIAL_MODE' });
    expect(failure.hint).toContain(hint);
    expect((await stored(call))?.permit).toBeNull();
  });

  test.each<[DialMode, string]>([
    ['claiming', 'ClaimDial'],
    ['legacy', 'The worker dials'],
  ])('PlaceDial is not for calls of mode %s', async (mode, hint) => {
    const { call } = await service.accept(mode);
    const failure = await failureOf(place(await tokenOf(call)).ended);
    expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'WRONG_DIAL_MODE' });
    expect(failure.hint).toContain(hint);
    expect(await kindsOf(call)).toEqual(['accepted']);
  });
});

describe('ReportDial', () => {
  async function claimed(): Promise<{ call: Call; reportToken: string }> {
    const { call } = await service.accept('claiming');
    return { call, ...(await claim(await tokenOf(call))) };
  }

  test('writes the call down as the agent sees it', async () => {
    const { call, reportToken } = await claimed();
    for (const state of ['DIALING', 'RINGING', 'ANSWERED'] as const) {
      expect(await report(reportToken, { state: `ATTEMPT_STATE_${state}` })).toEqual({
        state: `ATTEMPT_STATE_${state}`,
      });
    }
    const ended = { state: 'ATTEMPT_STATE_ENDED', hungUpBy: 'HUNG_UP_BY_CALLEE' } as const;
    expect(await report(reportToken, ended)).toEqual({ state: 'ATTEMPT_STATE_ENDED' });
    expect(await stored(call)).toMatchObject({
      state: 'ended',
      hungUpBy: 'callee',
      dialedAt: expect.any(Date),
      ringingAt: expect.any(Date),
      answeredAt: expect.any(Date),
      endedAt: expect.any(Date),
    });
  });

  test('of an end implies the answer that was never reported', async () => {
    const { call, reportToken } = await claimed();
    expect(await report(reportToken, { state: 'ATTEMPT_STATE_ENDED' })).toEqual({ state: 'ATTEMPT_STATE_ENDED' });
    expect(await stored(call)).toMatchObject({ state: 'ended', answeredAt: expect.any(Date), hungUpBy: null });
  });

  test.each([
    ['busy', 486, 'busy'],
    ['a code without a meaning of its own', 599, 'carrier_trouble'],
    ['no code', 0, 'deployment_error'],
    ['a code that is not final', 183, 'deployment_error'],
  ])('of a failure with %s has its reason', async (_what, sipCode, reason) => {
    const { call, reportToken } = await claimed();
    expect(await report(reportToken, { state: 'ATTEMPT_STATE_FAILED', sipCode })).toEqual({
      state: 'ATTEMPT_STATE_FAILED',
    });
    expect(await stored(call)).toMatchObject({ state: 'failed', reason, sipCode: sipCode < 300 ? null : sipCode });
  });

  test.each([
    ["the tenant's own trunk", TENANT, 'carrier_trouble'],
    ["an operator's trunk", null, 'carrier_trouble'],
    ["another tenant's trunk, which says nothing", OTHER_TENANT, 'busy'],
  ])('of a code means what its carrier means by it: %s', async (_what, owner, reason) => {
    const key = [TARGET.serverUrl, TARGET.sipTrunkId];
    await service.sql(
      `INSERT INTO $schema.trunks (deployment_origin, sip_trunk_id, tenant_id, sip_codes) VALUES ($1, $2, $3, '{"486": "carrier_trouble"}')`,
      [...key, owner],
    );
    const { call, reportToken } = await claimed();
    await report(reportToken, { state: 'ATTEMPT_STATE_FAILED', sipCode: 486 });
    expect(await stored(call)).toMatchObject({ state: 'failed', reason, sipCode: 486 });
    await service.sql('DELETE FROM $schema.trunks WHERE deployment_origin = $1 AND sip_trunk_id = $2', key);
  });

  test('of a failure after the ringing, without a code, is no answer; a code may follow', async () => {
    const { call, reportToken } = await claimed();
    await report(reportToken);
    await report(reportToken, { state: 'ATTEMPT_STATE_FAILED' });
    expect(await stored(call)).toMatchObject({ state: 'failed', reason: 'no_answer', sipCode: null });
    await report(reportToken, { state: 'ATTEMPT_STATE_FAILED', sipCode: 603 });
    expect(await stored(call)).toMatchObject({ state: 'failed', reason: 'declined', sipCode: 603 });
  });

  describe("tells the trunk's breaker", () => {
    /** Calls over a trunk of their own, each with one report. */
    async function reportEach(sipTrunkId: string, reports: readonly Partial<ReportDialRequest>[]): Promise<void> {
      for (const change of reports) {
        const { call } = await service.accept('claiming', { targets: [{ ...TARGET, sipTrunkId }] });
        const { reportToken } = await claim(await tokenOf(call));
        await report(reportToken, change);
        // An agent that lost the answer reports again.
        await report(reportToken, change);
      }
    }
    const isEjected = async (sipTrunkId: string): Promise<boolean> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return service.health.isEjected(TARGET.serverUrl, sipTrunkId);
    };
    const trouble = { state: 'ATTEMPT_STATE_FAILED', sipCode: 503 } as const;
    const answered = { state: 'ATTEMPT_STATE_ANSWERED' } as const;

    test.each<[what: string, reports: Partial<ReportDialRequest>[], ejected: boolean]>([
      ['of trouble five times in a row', [trouble, trouble, trouble, trouble, trouble], true],
      ['of trouble four times, each said twice', [trouble, trouble, trouble, trouble], false],
      ['of an answer in between', [trouble, trouble, trouble, trouble, answered, trouble, trouble], false],
      ['of an end in between', [trouble, trouble, trouble, trouble, { state: 'ATTEMPT_STATE_ENDED' }, trouble], false],
      [
        'of a busy callee in between',
        [trouble, trouble, trouble, trouble, { ...trouble, sipCode: 486 }, trouble],
        false,
      ],
      ['of no code in between', [trouble, trouble, trouble, trouble, { ...trouble, sipCode: 0 }, trouble], true],
      ['of nothing but busy callees', Array.from({ length: 6 }, () => ({ ...trouble, sipCode: 486 })), false],
    ])('%s', async (what, reports, ejected) => {
      await reportEach(`ST_${what}`, reports);
      expect(await isEjected(`ST_${what}`)).toBe(ejected);
    });

    test('of what its carrier means by a code', async () => {
      const key = [TARGET.serverUrl, 'ST_full'];
      await service.sql(
        `INSERT INTO $schema.trunks (deployment_origin, sip_trunk_id, sip_codes) VALUES ($1, $2, '{"480": "carrier_trouble"}')`,
        key,
      );
      const full = Array.from({ length: 5 }, () => ({ ...trouble, sipCode: 480 }));
      await reportEach('ST_full', full);
      await reportEach('ST_not full', full);
      expect([await isEjected('ST_full'), await isEjected('ST_not full')]).toEqual([true, false]);
    });

    test('of an answer that was seen in the room before', async () => {
      const sipTrunkId = 'ST_seen before';
      await reportEach(sipTrunkId, [trouble, trouble, trouble, trouble]);
      const { call, move } = await service.accept('claiming', { targets: [{ ...TARGET, sipTrunkId }] });
      const { reportToken } = await claim(await tokenOf(call));
      await move({ to: 'answered', evidence: 'sip.callStatus' });
      await report(reportToken, answered);
      await reportEach(sipTrunkId, [trouble]);
      expect(await isEjected(sipTrunkId)).toBe(false);
    });
  });

  test('that comes late or twice changes nothing, and is told what is known', async () => {
    const { call, reportToken } = await claimed();
    await report(reportToken, { state: 'ATTEMPT_STATE_ANSWERED' });
    const before = await kindsOf(call);
    for (const state of ['ATTEMPT_STATE_RINGING', 'ATTEMPT_STATE_ANSWERED', 'ATTEMPT_STATE_FAILED'] as const) {
      expect(await report(reportToken, { state })).toEqual({ state: 'ATTEMPT_STATE_ANSWERED' });
    }
    expect(await kindsOf(call)).toEqual(before);
  });

  test('of another job, with a token to dial, or before a claim, is refused', async () => {
    const { call, reportToken } = await claimed();
    expect(await failureOf(report(reportToken, { jobId: OTHER_JOB }))).toMatchObject(revoked('held'));
    expect(await failureOf(report(await tokenOf(call)))).toMatchObject(refused);
    const unclaimed = await service.accept('claiming');
    const early = await tokenOf(unclaimed.call, { purpose: 'report', jobId: JOB });
    expect(await failureOf(report(early))).toMatchObject(revoked('held'));
    expect(await kindsOf(call)).toEqual(['accepted', 'agent_ready', 'permitted']);
  });

  test.each<[what: string, change: Partial<ReportDialRequest>, field: string]>([
    ['no state', { state: 'ATTEMPT_STATE_UNSPECIFIED' }, 'state'],
    ["a state that is not the agent's to say", { state: 'ATTEMPT_STATE_PERMITTED' }, 'state'],
    ['a SIP code of 99', { sipCode: 99 }, 'sip_code'],
    ['a SIP code of 700', { sipCode: 700 }, 'sip_code'],
    ['the caller hanging up', { hungUpBy: 'HUNG_UP_BY_CALLER' }, 'hung_up_by'],
  ])('with %s is malformed', async (_what, change, field) => {
    const { reportToken } = await claimed();
    const failure = await failureOf(report(reportToken, change));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
  });
});

describe('PlaceDial', () => {
  const permit = ({ call, lease }: AcceptedCall, attempt = 1) =>
    service.calls.grantPermit(TENANT, call.id, attempt, { holder: 'dispatcher', nonce: null, lease });

  test('asks whoever carries the call out, and follows the dial to its end', async () => {
    const accepted = await service.accept('dispatcher');
    const { call, move } = accepted;
    const placed = place(await tokenOf(call));
    await until(async () => (await kindsOf(call)).includes('dial_requested'));
    await permit(accepted);
    await move({ to: 'dialing', evidence });
    await move({ to: 'ringing', evidence });
    await until(() => placed.messages.length === 3);
    await move({ to: 'answered', evidence });
    await move({ to: 'ended', reason: null, hungUpBy: 'callee', evidence });
    await placed.ended;
    const identity = calleeIdentity(call.id);
    expect(placed.messages).toMatchObject(
      ['PERMITTED', 'DIALING', 'RINGING', 'ANSWERED', 'ENDED'].map((state) => ({
        state: `ATTEMPT_STATE_${state}`,
        participantIdentity: identity,
        hungUpBy: state === 'ENDED' ? 'HUNG_UP_BY_CALLEE' : 'HUNG_UP_BY_UNSPECIFIED',
      })),
    );
  });

  test('tells the SIP code and the reason of a refusal', async () => {
    const accepted = await service.accept('dispatcher');
    const placed = place(await tokenOf(accepted.call));
    await permit(accepted);
    await accepted.move({ to: 'failed', reason: 'busy', sipCode: 486, isLast: true, evidence });
    await placed.ended;
    expect(placed.messages.at(-1)).toMatchObject({
      state: 'ATTEMPT_STATE_FAILED',
      reason: 'CALL_REASON_BUSY',
      sipCode: 486,
    });
  });

  test('that comes when the dial is over tells what became of it', async () => {
    const accepted = await service.accept('dispatcher');
    await permit(accepted);
    await accepted.move({ to: 'failed', reason: 'declined', sipCode: 603, isLast: true, evidence });
    const placed = place(await tokenOf(accepted.call));
    await placed.ended;
    expect(placed.messages).toMatchObject([
      { state: 'ATTEMPT_STATE_PERMITTED' },
      { state: 'ATTEMPT_STATE_FAILED', reason: 'CALL_REASON_DECLINED', sipCode: 603 },
    ]);
  });

  test('of the same job again follows the same dial from its beginning, also when it is over', async () => {
    const accepted = await service.accept('dispatcher');
    const token = await tokenOf(accepted.call);
    const first = place(token);
    await until(async () => (await kindsOf(accepted.call)).includes('dial_requested'));
    first.cancel();
    await permit(accepted);
    await accepted.move({ to: 'dialing', evidence });
    const second = place(token);
    const third = place(token);
    await until(() => second.messages.length === 2 && third.messages.length === 2);
    await accepted.move({ to: 'failed', reason: 'no_answer', isLast: true, evidence });
    await Promise.all([second.ended, third.ended]);
    const afterwards = place(token);
    await afterwards.ended;
    expect(afterwards.messages).toEqual(second.messages);
    expect(third.messages).toEqual(second.messages);
    expect((await kindsOf(accepted.call)).filter((kind) => kind === 'dial_requested')).toHaveLength(1);
  });

  test('of a stream that broke goes on after the token has ended; of a job that never asked it does not', async () => {
    const accepted = await service.accept('dispatcher');
    const { call, move } = accepted;
    const ended = await tokenOf(call, {}, -2);
    expect(await failureOf(place(ended).ended)).toMatchObject(refused);
    const first = place(await tokenOf(call));
    await until(async () => (await kindsOf(call)).includes('dial_requested'));
    first.cancel();
    await permit(accepted);
    await move({ to: 'answered', evidence });
    const second = place(ended);
    await until(() => second.messages.at(-1)?.state === 'ATTEMPT_STATE_ANSWERED');
    second.cancel();
    expect(await failureOf(place(ended, OTHER_JOB).ended)).toMatchObject(revoked('held'));
  });

  test('of another job of the same attempt is refused', async () => {
    const { call } = await service.accept('dispatcher');
    const token = await tokenOf(call);
    const placed = place(token);
    await until(async () => (await kindsOf(call)).includes('dial_requested'));
    expect(await failureOf(place(token, OTHER_JOB).ended)).toMatchObject(revoked('held'));
    expect((await stored(call))?.attempts).toMatchObject([{ dialRequestedBy: JOB }]);
    placed.cancel();
  });

  test('of another job than the one that was seen is refused once the call is dialled, and when it is over', async () => {
    const accepted = await service.accept('dispatcher');
    const { call, move } = accepted;
    await move({ to: 'agent_ready', agentIdentity: `agent-${JOB}`, evidence });
    await permit(accepted);
    const token = await tokenOf(call);
    expect(await failureOf(place(token, OTHER_JOB).ended)).toMatchObject(revoked('held'));
    const placed = place(token);
    await until(async () => (await kindsOf(call)).includes('dial_requested'));
    placed.cancel();
    await move({ to: 'failed', reason: 'declined', sipCode: 603, isLast: true, evidence });
    expect(await failureOf(place(token, OTHER_JOB).ended)).toMatchObject(revoked('held'));
  });

  test('of fifty jobs at once is heard for one', async () => {
    const { call } = await service.accept('dispatcher');
    const token = await tokenOf(call);
    const placed = Array.from({ length: 50 }, (_, at) => place(token, `AJ_${at}`));
    const refusals = Promise.all(
      placed.map(({ ended }) =>
        ended.then(
          () => 0,
          () => 1,
        ),
      ),
    );
    await until(async () => (await kindsOf(call)).includes('dial_requested'));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const winner = (await stored(call))?.attempts[0]?.dialRequestedBy;
    placed[Number(winner?.slice(3))]?.cancel();
    await refusals;
    expect((await kindsOf(call)).filter((kind) => kind === 'dial_requested')).toHaveLength(1);
  });

  test('of a revoked attempt, of a cancelled call and of one that is over is refused', async () => {
    const earlier = await service.accept('dispatcher');
    await nextAttempt(earlier, 'dispatcher');
    expect(await failureOf(place(await tokenOf(earlier.call)).ended)).toMatchObject(revoked('revoked'));
    const cancelled = await service.accept('dispatcher');
    await service.calls.cancel(TENANT, cancelled.call.id);
    expect(await failureOf(place(await tokenOf(cancelled.call)).ended)).toMatchObject(revoked('cancelled'));
    const over = await service.accept('dispatcher');
    await over.move({ to: 'failed', reason: 'no_agent', isLast: true, evidence });
    expect(await failureOf(place(await tokenOf(over.call)).ended)).toMatchObject(revoked('over'));
  });

  test('whose attempt is given up for another one is told so', async () => {
    const accepted = await service.accept('dispatcher');
    const placed = place(await tokenOf(accepted.call));
    await until(async () => (await kindsOf(accepted.call)).includes('dial_requested'));
    await nextAttempt(accepted, 'dispatcher');
    await placed.ended;
    expect(placed.messages).toMatchObject([{ state: 'ATTEMPT_STATE_FAILED', reason: 'CALL_REASON_NO_AGENT' }]);
  });

  test('ends where the outcome is not known; asked again, it follows what became of that', async () => {
    const accepted = await service.accept('dispatcher');
    const token = await tokenOf(accepted.call);
    const placed = place(token);
    await permit(accepted);
    await accepted.move({ to: 'unknown', reason: 'outcome_unknown', evidence });
    await placed.ended;
    expect(placed.messages.at(-1)).toMatchObject({ state: 'ATTEMPT_STATE_UNKNOWN' });
    await accepted.move({ to: 'answered', evidence });
    const again = place(token);
    await until(() => again.messages.at(-1)?.state === 'ATTEMPT_STATE_ANSWERED');
    again.cancel();
  });
});

describe('an agent in Python', () => {
  beforeAll(() => preparePython(), 180_000);

  test('claims, and reports', async () => {
    const { call } = await service.accept('claiming');
    const ask = (method: string, request: Record<string, unknown>) =>
      callFromPython(service.agentCallsAddress, 'AgentCalls', method, { job_id: JOB, ...request });
    const claimed = await ask('ClaimDial', { token: await tokenOf(call), nonce: NONCE });
    expect(claimed).toMatchObject({
      code: 'OK',
      response: { dial_number: TARGET.dialString, sip_headers: TARGET.sipHeaders, ringing_timeout_seconds: 30 },
    });
    const token = claimed.response?.report_token;
    expect(await ask('ReportDial', { token, state: 'ATTEMPT_STATE_ANSWERED' })).toMatchObject({
      code: 'OK',
      response: { state: 'ATTEMPT_STATE_ANSWERED' },
    });
    const refusedClaim = await ask('ClaimDial', { token: await tokenOf(call), nonce: 'another-nonce' });
    expect(refusedClaim.code).toBe('FAILED_PRECONDITION');
    expect(refusedClaim.details).toContainEqual(expect.objectContaining({ reason: 'ATTEMPT_REVOKED' }));
  });
});
