import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ATTEMPT_TRANSITIONS, ENRICH_WITHIN_MS, movedCall, permittedCall } from '@dialplane/calls';
import type { AttemptMove, Call, CallReason, CallRepository, DialMode, HungUpBy, Lease } from '@dialplane/calls';
import { mayEnrich, mayMove } from '@dialplane/calls/testing';
import { createCallRepository } from '@dialplane/database';
import fc from 'fast-check';

import { accepted, aCallsCase, anAttempt, read, rewriting } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';

let calling: CallsCase;
beforeAll(async () => {
  calling = await aCallsCase();
});
afterAll(() => calling.close());

const JOB = 'AJ_1';
const evidence = fc.constantFrom('createRoom', 'sip.callStatus');
const reason = fc.constantFrom<CallReason[]>('busy', 'no_agent', 'cancelled', 'outcome_unknown', 'dispatcher_lost');
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const flag = fc.constantFrom(true, false, undefined);
const to = <State extends AttemptMove['to']>(state: State) => fc.constant(state);

const MOVE: fc.Arbitrary<AttemptMove> = fc.oneof(
  fc.record({ evidence, to: to('room_ready'), agentDispatchId: orNull(fc.constantFrom('AD_1', 'AD_2')) }),
  fc.record({ evidence, to: to('agent_ready'), agentIdentity: orNull(fc.constantFrom('agent-AJ_1', 'agent-AJ_2')) }),
  fc.record({ evidence, to: fc.constantFrom('dialing' as const, 'ringing' as const, 'answered' as const) }),
  fc.record({
    evidence,
    to: to('ended'),
    reason: orNull(reason),
    hungUpBy: orNull(fc.constantFrom<HungUpBy[]>('callee', 'agent', 'caller')),
  }),
  fc.record({
    evidence,
    to: to('failed'),
    reason,
    sipCode: fc.constantFrom(undefined, 486, 503),
    isLast: fc.boolean(),
    unlessPermitted: flag,
  }),
  fc.record({ evidence, to: to('unknown'), reason }),
  // Where it comes after the end it is an enrichment.
  fc.record({ evidence, to: to('failed'), reason, sipCode: fc.constantFrom(404, 486), isLast: fc.boolean() }),
);

type Step =
  | { readonly by: 'owner' | 'holder'; readonly move: AttemptMove }
  | { readonly by: 'claim' | 'dispatcher' | 'startAttempt' | 'cancel' | 'requestDial' };

/** Moves for the most part, and what else happens to a call in between. */
const STEPS: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ by: fc.constantFrom('owner' as const, 'holder' as const), move: MOVE }) },
    {
      weight: 3,
      arbitrary: fc.record({
        by: fc.constantFrom<Step['by'][]>('claim', 'dispatcher', 'startAttempt', 'cancel', 'requestDial'),
      }) as fc.Arbitrary<Step>,
    },
  ),
  { minLength: 4, maxLength: 14 },
);

/** How often each kind of thing came to pass: a comparison of nothing but refusals would show nothing. */
const happened = new Map<string, number>();
const count = (what: string): void => void happened.set(what, (happened.get(what) ?? 0) + 1);

/** The call, its attempt moved at the stored moment: row and attempt take theirs one after the other. */
function movedWhen({ attempts: stored }: Call, call: Call): Call {
  const { movedAt } = stored.at(-1)!;
  return { ...call, attempts: [...call.attempts.slice(0, -1), { ...call.attempts.at(-1)!, movedAt }] };
}

/** Takes a step in the database, and holds what it made of the whole call against what the pure functions make of it. */
async function takeStep(calls: CallRepository, lease: Lease, step: Step): Promise<void> {
  const { tenantId, callId } = lease;
  const before = await read(calls, lease);
  const number = before.attempts.length;
  if ('move' in step) {
    const { move } = step;
    const isMover = step.by === 'owner' || before.permit?.holder === JOB;
    const isEnriched = isMover && mayEnrich(before, number, move);
    // Long after the end a code is too late: on a machine that stood still, nothing can be said.
    if (isEnriched && Date.now() - before.updatedAt.getTime() > ENRICH_WITHIN_MS / 2) return;
    const isMoved = isMover && (isEnriched || mayMove(before, number, move));
    const byHolder = () => calls.report(tenantId, callId, number, JOB, move);
    expect(await (step.by === 'owner' ? calls.move(lease, number, move) : byHolder())).toBe(isMoved);
    const after = await read(calls, lease);
    expect(after).toEqual(isMoved ? movedWhen(after, movedCall(before, number, move, after.updatedAt)) : before);
    const kinds = (await calls.events(tenantId, callId, before.lastEvent)).map(({ kind }) => kind);
    expect(kinds).toEqual(isMoved ? [isEnriched ? 'enriched' : move.to] : []);
    count(isMoved ? (kinds[0] ?? '') : 'refused');
    return;
  }
  switch (step.by) {
    case 'claim':
    case 'dispatcher': {
      const isAgent = step.by === 'claim';
      const claim = isAgent ? { holder: JOB, nonce: 'nonce' } : { holder: 'dispatcher', nonce: null, lease };
      const outcome = await calls.grantPermit(tenantId, callId, number, claim);
      const after = await read(calls, lease);
      const isNew = outcome.kind === 'granted' && outcome.isNew;
      const at = after.permit?.grantedAt ?? new Date(NaN);
      // Its moment and the row's are taken one after the other.
      const { updatedAt } = after;
      const holder = { holder: claim.holder, nonce: claim.nonce, isAgent };
      expect(after).toEqual(isNew ? movedWhen(after, { ...permittedCall(before, holder, at), updatedAt }) : before);
      if (isNew) count('permitted');
      return;
    }
    case 'startAttempt': {
      const next = anAttempt(callId, { number: number + 1, targetIndex: 1, dialMode: before.attempts[0]!.dialMode });
      if (await calls.startAttempt(lease, next)) count('planned');
      return;
    }
    case 'cancel':
      await calls.cancel(tenantId, callId);
      return;
    case 'requestDial':
      await calls.requestDial(tenantId, callId, number, JOB);
  }
}

const manyCalls = (calls: CallRepository) =>
  fc.check(
    fc.asyncProperty(
      fc.constantFrom<DialMode[]>('dispatcher', 'claiming', 'legacy'),
      STEPS,
      async (dialMode, steps) => {
        const lease = await accepted(calls, { attempt: { dialMode } });
        for (const step of steps) await takeStep(calls, lease, step);
      },
    ),
    { numRuns: 200, endOnFailure: true },
  );

test('what a move makes of a call is the same in the database and in the pure functions, whatever came before', async () => {
  const run = await manyCalls(calling.one);
  expect(fc.defaultReportMessage(run)).toBe(undefined);
  const kinds = Object.keys(ATTEMPT_TRANSITIONS).concat('enriched', 'refused');
  expect(kinds.filter((kind) => !happened.has(kind))).toEqual([]);
});

test.each<[string, string, string]>([
  ['leaves the reason of an earlier doubt standing', "CASE WHEN n.next = 'in_progress' THEN NULL ELSE $8 END", '$8'],
  ['forgets an id that is not named again', 'coalesce($10, a.agent_dispatch_id)', '$10'],
  ['takes ringing for no dial', "$7 IN ('dialing', 'ringing', 'answered')", "$7 IN ('dialing', 'answered')"],
  [
    'ends a call that is cancelled as one that failed',
    'c.cancelled_at IS NULL THEN $16::text ELSE $17',
    'true THEN $16::text ELSE $17',
  ],
])('sabotaged: a statement that %s is found out', async (_, sql, other) => {
  const db = rewriting(calling.dbs[0], (statement) => statement.replaceAll(sql, other));
  const run = await manyCalls(createCallRepository(db, { holder: 'one', leaseMs: 60_000 }));
  expect(String(run.errorInstance)).toContain('deep equality');
});
