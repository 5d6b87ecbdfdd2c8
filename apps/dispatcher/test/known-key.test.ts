import { setTimeout as after } from 'node:timers/promises';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { KnownKey } from '@dialplane/calls';
import { createLogger } from '@dialplane/telemetry';

import { dispatch } from '../src/dispatch.ts';
import type { DispatchParts } from '../src/dispatch.ts';
import { createCarryOutCase } from './carry-out-case.ts';
import type { CarryOutCase } from './carry-out-case.ts';
import { dispatchRequest } from './dispatch-request.ts';
import { TENANT } from './known-ids.ts';
import { ROUTE, storedCall } from './stored-call.ts';

const KNOWN = { kind: 'replayed', call: storedCall() } as const satisfies KnownKey;
const never = () => new Promise<never>(() => undefined);

let kase: CarryOutCase;
beforeEach(() => {
  kase = createCarryOutCase({ agentReadyMs: 5_000 });
  kase.one.agentAfterMs = undefined;
});
afterEach(() => kase.stop());

/** One Dispatch that waits until its call is accepted; how often its key was looked up. */
async function place(change: Partial<DispatchParts>, calls: Partial<DispatchParts['calls']> = {}, deadlineMs?: number) {
  const { inProgress, feed } = kase.start();
  let lookUps = 0;
  const stored = { ...kase.calls, ...calls };
  const findByKey: typeof stored.findByKey = (...asked) => {
    lookUps++;
    return stored.findByKey(...asked);
  };
  const parts: DispatchParts = {
    users: { tenantOfUser: async () => TENANT },
    askRouter: async () => ROUTE,
    feed,
    readAhead: () => async () => kase.credential,
    order: (targets) => targets,
    inProgress,
    ...change,
    calls: { ...stored, findByKey },
  };
  const context = {
    signal: new AbortController().signal,
    deadline: deadlineMs === undefined ? undefined : new Date(Date.now() + deadlineMs),
    logger: createLogger({ service: 'test', level: 'silent' }),
  };
  const request = dispatchRequest({ idempotencyKey: 'one', waitUntil: 'WAIT_UNTIL_ACCEPTED' });
  const { callLogId } = await dispatch(parts, request, context);
  return { isKnown: callLogId === KNOWN.call.id, lookUps };
}

const full = { inProgress: { reserve: () => undefined } };
const lateRouter = {
  askRouter: async () => {
    await after(400);
    return ROUTE;
  },
};
const known = { findByKey: async () => KNOWN, get: async () => KNOWN.call };
const readOnly = { accept: () => Promise.reject(new Error('read-only')) };

test('a call with a route is accepted without a look-up', async () => {
  expect(await place({}, known)).toEqual({ isKnown: false, lookUps: 0 });
});

test('a full dispatcher answers for the call of a known key, and takes no other', async () => {
  expect(await place(full, known)).toEqual({ isKnown: true, lookUps: 1 });
  await expect(place(full)).rejects.toMatchObject({ reason: 'DISPATCHER_BUSY' });
});

test('with a late route the call of a known key is answered, and a new one accepted', async () => {
  expect(await place(lateRouter, known)).toEqual({ isKnown: true, lookUps: 1 });
  expect(await place(lateRouter)).toEqual({ isKnown: false, lookUps: 1 });
});

test('a late route does not wait for a look-up that hangs', async () => {
  expect(await place(lateRouter, { findByKey: never })).toEqual({ isKnown: false, lookUps: 1 });
});

test('a caller who waits shortly for a router that never answers is told of the call all the same', async () => {
  expect(await place({ askRouter: never }, known, 200)).toEqual({ isKnown: true, lookUps: 1 });
});

test('a database that takes no writes answers for the call of a known key, and accepts no other', async () => {
  expect(await place({}, { ...known, ...readOnly })).toEqual({ isKnown: true, lookUps: 1 });
  await expect(place({}, readOnly)).rejects.toThrow('read-only');
});
