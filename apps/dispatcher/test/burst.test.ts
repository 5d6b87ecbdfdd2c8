import { randomUUID } from 'node:crypto';

import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@dialplane/telemetry';

import type { Place } from '../src/carry-out/create-calls-in-progress.ts';
import { dispatch } from '../src/dispatch.ts';
import { createCarryOutCase, MAX_CALLS } from './carry-out-case.ts';
import type { CarryOutCase } from './carry-out-case.ts';
import { dispatchRequest } from './dispatch-request.ts';
import { TENANT } from './known-ids.ts';
import { ROUTE } from './stored-call.ts';

let kase: CarryOutCase;
afterEach(() => kase.stop());

/** Half as many Dispatches at once again as one process takes; how many calls it has begun, and how many refused. */
async function burst(reserving: (place: Place) => Place = (place) => place, route = async () => ROUTE) {
  kase = createCarryOutCase({ agentReadyMs: 5_000 });
  kase.one.agentAfterMs = undefined;
  const { inProgress, feed } = kase.start();
  const parts = {
    users: { tenantOfUser: async () => TENANT },
    calls: kase.calls,
    askRouter: route,
    feed,
    readAhead: () => async () => kase.credential,
    order: <T>(targets: T) => targets,
    inProgress: {
      reserve: () => {
        const place = inProgress.reserve();
        return place && reserving(place);
      },
    },
  };
  const context = {
    signal: new AbortController().signal,
    deadline: undefined,
    logger: createLogger({ service: 'test', level: 'silent' }),
  };
  const place = () =>
    dispatch(parts, dispatchRequest({ idempotencyKey: randomUUID(), waitUntil: 'WAIT_UNTIL_ACCEPTED' }), context).then(
      () => 'accepted',
      (error: unknown) => (error as { reason: string }).reason,
    );
  const outcomes = await Promise.all(Array.from({ length: MAX_CALLS * 1.5 }, place));
  const refused = outcomes.filter((outcome) => outcome === 'DISPATCHER_BUSY').length;
  return { accepted: outcomes.filter((outcome) => outcome === 'accepted').length, refused, place };
}

test('a burst of Dispatches does not pass the limit', async () => {
  expect(await burst()).toMatchObject({ accepted: MAX_CALLS, refused: MAX_CALLS / 2 });
});

test('who is refused has cost the router no question', async () => {
  let questions = 0;
  await burst(undefined, async () => {
    questions++;
    return ROUTE;
  });
  expect(questions).toBe(MAX_CALLS);
});

test('twin: where the place is not kept while the call is routed and written, it does', async () => {
  const { accepted } = await burst((place) => {
    place.giveUp();
    return place;
  });
  expect(accepted).toBe(MAX_CALLS * 1.5);
});

test('a place is given back when the call is not accepted', async () => {
  let isUp = false;
  const { accepted, refused, place } = await burst(undefined, async () => {
    if (isUp) return ROUTE;
    throw Object.assign(new Error('no router'), { reason: 'ROUTER_UNAVAILABLE' });
  });
  expect({ accepted, refused }).toEqual({ accepted: 0, refused: MAX_CALLS / 2 });
  isUp = true;
  expect(await Promise.all(Array.from({ length: MAX_CALLS }, place))).toEqual(
    Array.from({ length: MAX_CALLS }, () => 'accepted'),
  );
});
