import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { accepted, aCallsCase, anAttempt, letLeasesRunOut, MOVES, permitted } from './calls-case.ts';
import type { CallsCase } from './calls-case.ts';

let calling: CallsCase;
beforeAll(async () => {
  calling = await aCallsCase();
});
afterAll(() => calling.close());

test('where a call stands is told of its current attempt', async () => {
  const lease = await accepted(calling.one, { ringingTimeoutSeconds: 33 });
  await calling.one.move(lease, 1, { ...MOVES.failed, isLast: false, sipCode: undefined });
  expect(await calling.one.stand(lease)).toMatchObject({ attempt: 1, state: 'failed' });
  await calling.one.startAttempt(lease, anAttempt(lease.callId, { number: 2 }));
  const standing = await calling.one.stand(lease);
  expect(standing).toEqual({
    attempt: 2,
    state: 'planned',
    targetIndex: 1,
    dialMode: 'claiming',
    isCancelled: false,
    permittedForMs: null,
    unmovedForMs: expect.any(Number),
    ringingTimeoutSeconds: 33,
  });
});

test('the times since the permit and since the last move are told by the database', async () => {
  const lease = await permitted(calling.one);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await calling.one.move(lease, 1, MOVES.unknown);
  await calling.one.cancel(lease.tenantId, lease.callId);
  const standing = await calling.one.stand(lease);
  expect(standing).toMatchObject({ attempt: 1, state: 'unknown', isCancelled: true });
  expect(standing?.permittedForMs).toBeGreaterThanOrEqual(50);
  expect(standing?.permittedForMs).toBeLessThan(60_000);
  expect(standing?.unmovedForMs).toBeLessThan(standing?.permittedForMs ?? 0);
});

test('of a call that is over, or another process has, nothing is told', async () => {
  const over = await accepted(calling.one);
  await calling.one.move(over, 1, { ...MOVES.failed, isLast: true });
  expect(await calling.one.stand(over)).toBeUndefined();
  const lost = await accepted(calling.one);
  await letLeasesRunOut(calling.database);
  const taken = (await calling.two.takeOver(1_000)).find(({ callId }) => callId === lost.callId);
  expect(await calling.one.stand(lost)).toBeUndefined();
  expect(taken && (await calling.two.stand(taken))).toMatchObject({ attempt: 1, state: 'planned' });
});
