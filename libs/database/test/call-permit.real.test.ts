import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CallRepository, PermitOutcome } from '@dialplane/calls';
import { createCallRepository } from '@dialplane/database';

import {
  accepted,
  aCallsCase,
  anAttempt,
  ANOTHER,
  letLeasesRunOut,
  MOVES,
  permitted,
  read,
  rewriting,
  TENANT,
  whileAttemptFails,
} from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';
import { runSql } from './fixtures.ts';

let calling: CallsCase;
let one: CallRepository;
let two: CallRepository;
beforeAll(async () => {
  calling = await aCallsCase();
  ({ one, two } = calling);
});
afterAll(() => calling.close());

const RACES = Array.from({ length: 40 }, (_, n) => n);
const granted = { kind: 'granted', isNew: true };
const refused = (why: string): object => ({ kind: 'refused', why });
const claim = (calls: CallRepository, callId: string, holder: string, number = 1): Promise<PermitOutcome> =>
  calls.grantPermit(TENANT, callId, number, { holder, nonce: `nonce of ${holder}` });

/** Fifty agents at two dispatchers claim one call at the same time. */
async function fiftyClaims(calls: readonly CallRepository[]): Promise<PermitOutcome[]> {
  const { callId } = await accepted(one);
  return Promise.all(RACES.concat(RACES.slice(0, 10)).map((_, n) => claim(calls[n % 2]!, callId, `AJ_${n}`)));
}

test('of fifty concurrent claims of a permit exactly one is granted', async () => {
  const outcomes = await fiftyClaims([one, two]);
  expect(outcomes.filter(({ kind }) => kind === 'granted')).toEqual([granted]);
  expect(outcomes.filter(({ kind }) => kind === 'refused')).toEqual(Array(49).fill(refused('held')));
});

test('sabotaged: without the look at who has the permit, several are granted', async () => {
  const careless = calling.dbs.map((db) =>
    createCallRepository(
      rewriting(db, (sql) =>
        sql
          .replace('call.permit_attempt IS NOT NULL THEN', 'false THEN')
          .replace(`attempt.state NOT IN ('planned', 'room_ready', 'agent_ready')`, 'false'),
      ),
      { holder: 'one', leaseMs: 60_000 },
    ),
  );
  const outcomes = await fiftyClaims(careless);
  expect(outcomes.filter(({ kind }) => kind === 'granted').length).toBeGreaterThan(1);
});

test('the same claim gets the same answer, and any other is refused', async () => {
  const { callId } = await permitted(one, 'AJ_1');
  const again = (holder: string, nonce: string | null, number = 1) =>
    two.grantPermit(TENANT, callId, number, { holder, nonce });
  expect(await again('AJ_1', 'nonce')).toEqual({ kind: 'granted', isNew: false });
  expect(await again('AJ_1', 'another')).toEqual(refused('held'));
  expect(await again('AJ_1', null)).toEqual(refused('held'));
  expect(await again('AJ_2', 'nonce')).toEqual(refused('held'));
  expect(await again('AJ_1', 'nonce', 2)).toEqual(refused('revoked'));
  expect(await one.events(TENANT, callId, 1)).toMatchObject([{ kind: 'agent_ready' }, { kind: 'permitted' }]);
});

test('a claim that is repeated after the call was cancelled, or is over, is refused: its first may not have dialled', async () => {
  const lease = await permitted(one, 'AJ_1');
  const repeat = () => two.grantPermit(TENANT, lease.callId, 1, { holder: 'AJ_1', nonce: 'nonce' });
  await one.cancel(TENANT, lease.callId);
  expect(await repeat()).toEqual(refused('cancelled'));
  await one.move(lease, 1, MOVES.failed);
  expect(await repeat()).toEqual(refused('over'));
});

test('a dispatcher needs its lease, by the clock of the database; who took the call over does not get the permit again', async () => {
  const lease = await accepted(one);
  const asDispatcher = (calls: CallRepository, of = lease) =>
    calls.grantPermit(TENANT, of.callId, 1, { holder: 'dispatcher', nonce: null, lease: of });
  await letLeasesRunOut(calling.database);
  expect(await asDispatcher(one)).toEqual(refused('revoked'));
  expect(await one.renew([lease])).toEqual([lease]);
  expect(await asDispatcher(one)).toEqual(granted);
  expect(await asDispatcher(one)).toEqual({ kind: 'granted', isNew: false });
  await letLeasesRunOut(calling.database);
  const taken = (await two.takeOver(1_000)).find(({ callId }) => callId === lease.callId)!;
  expect(await asDispatcher(one)).toEqual(refused('revoked'));
  expect(await asDispatcher(two, taken)).toEqual(refused('held'));
});

test("no permit for a number on the tenant's do-not-call list or on everybody's, of whatever another tenant has on its own", async () => {
  const list = (tenantId: string | null, number: string) =>
    runSql(calling.database.ownerUrl, 'INSERT INTO dialplane.do_not_call VALUES ($1, $2)', [tenantId, number]);
  await list(TENANT, '+12125550171');
  await list(null, '+12125550172');
  await list(ANOTHER, '+12125550173');
  const outcome = async (toNumber: string) => claim(one, (await accepted(one, { toNumber })).callId, 'AJ_1');
  expect(await outcome('+12125550171')).toEqual(refused('do_not_call'));
  expect(await outcome('+12125550172')).toEqual(refused('do_not_call'));
  expect(await outcome('+12125550173')).toEqual(granted);
});

/** How the next attempt and a claim of the first come out when both are tried at once. */
async function attemptAgainstClaim(
  calls: CallRepository,
  n: number,
): Promise<{ isStarted: boolean; isGranted: boolean }> {
  const lease = await accepted(calls);
  const start = () => calls.startAttempt(lease, anAttempt(lease.callId, { number: 2 }));
  const ask = () => claim(two, lease.callId, 'AJ_1').then(({ kind }) => kind === 'granted');
  const [isStarted, isGranted] =
    n % 2 === 0 ? await Promise.all([start(), ask()]) : (await Promise.all([ask(), start()])).reverse();
  return { isStarted: isStarted === true, isGranted: isGranted === true };
}

test('an attempt that starts and a permit for the one before, tried at once, never both come true', async () => {
  const outcomes = [];
  for (const n of RACES) outcomes.push(await attemptAgainstClaim(one, n));
  for (const { isStarted, isGranted } of outcomes) expect(isStarted).toBe(!isGranted);
});

test('sabotaged: where an attempt starts without a look at the permit, both come true', async () => {
  const careless = rewriting(calling.dbs[0], (sql) => sql.replace('AND c.permit_attempt IS NULL', ''));
  const calls = createCallRepository(careless, { holder: 'one', leaseMs: 60_000 });
  const lease = await permitted(calls);
  expect(await calls.startAttempt(lease, anAttempt(lease.callId, { number: 2 }))).toBe(true);
  expect(await one.startAttempt(await permitted(one), anAttempt(lease.callId, { number: 2 }))).toBe(false);
});

test('after CancelCall said that it was in time, there is never a permit', async () => {
  const seen = new Set<string>();
  for (const n of RACES) {
    const { callId } = await accepted(one);
    const both = [() => claim(one, callId, 'AJ_1'), () => two.cancel(TENANT, callId)] as const;
    const [outcome, cancelled] =
      n % 2 === 0
        ? await Promise.all([both[0](), both[1]()])
        : await Promise.all([both[1](), both[0]()]).then(([second, first]) => [first, second] as const);
    expect(cancelled?.outcome).toBe(outcome.kind === 'granted' ? 'may_have_rung' : 'in_time');
    if (outcome.kind === 'refused') expect(outcome.why).toBe('cancelled');
    expect((await read(one, { tenantId: TENANT, callId, fence: 1 })).permit === null).toBe(outcome.kind === 'refused');
    seen.add(outcome.kind);
  }
  // Otherwise nobody raced.
  expect([...seen].sort()).toEqual(['granted', 'refused']);
});

test('sabotaged: where a permit is granted without a look at the cancellation, it comes after the answer "in time"', async () => {
  const careless = rewriting(calling.dbs[0], (sql) => sql.replace('call.cancelled_at IS NOT NULL THEN', 'false THEN'));
  const { callId } = await accepted(one);
  expect(await two.cancel(TENANT, callId)).toMatchObject({ outcome: 'in_time' });
  const calls = createCallRepository(careless, { holder: 'one', leaseMs: 60_000 });
  expect(await claim(calls, callId, 'AJ_1')).toEqual(granted);
});

test('a claim and an owner who gives the attempt up, at once: the permit is never that of a failed call', async () => {
  for (const n of RACES) {
    const lease = await accepted(one);
    const giveUp = () =>
      one.move(lease, 1, {
        to: 'failed',
        reason: 'agent_did_not_claim',
        isLast: true,
        unlessPermitted: true,
        evidence: 'deadline',
      });
    const ask = () => claim(two, lease.callId, 'AJ_1');
    await (n % 2 === 0 ? Promise.all([giveUp(), ask()]) : Promise.all([ask(), giveUp()]));
    const { permit, state } = await read(one, lease);
    expect({ isPermitted: permit !== null, state }).toEqual({
      isPermitted: permit !== null,
      state: permit === null ? 'failed' : 'in_progress',
    });
  }
});

test('a claim that waited while its attempt failed is refused; sabotaged: where the attempt is not locked, it is granted', async () => {
  const { database, dbs } = calling;
  const lease = await accepted(one);
  expect(await whileAttemptFails(database, lease, () => claim(one, lease.callId, 'AJ_1'))).toEqual(refused('over'));
  const careless = rewriting(dbs[0], (sql) => sql.replace('FOR UPDATE OF a', ''));
  const calls = createCallRepository(careless, { holder: 'one', leaseMs: 60_000 });
  const another = await accepted(one);
  expect(await whileAttemptFails(database, another, () => claim(calls, another.callId, 'AJ_1'))).toEqual(granted);
});
