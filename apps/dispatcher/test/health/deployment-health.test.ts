import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { CallReason } from '@dialplane/calls';
import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitErrorDetails, LiveKitErrorKind } from '@dialplane/livekit';

import { dialVerdict } from '../../src/carry-out/dial-verdict.ts';
import { createDeploymentHealth } from '../../src/health/deployment-health.ts';
import type { BreakerEntry, DeploymentHealth, DeploymentHealthOptions } from '../../src/health/deployment-health.ts';

const HERE = 'https://one.example.com';
const THERE = 'https://two.example.com';
const TRUNK = 'ST_one';

let health: DeploymentHealth;
let probed: string[];
let changes: BreakerEntry[];
/** What the next probes do; an error is thrown. */
let probe: () => Promise<void>;

function start(options: Partial<DeploymentHealthOptions> = {}): void {
  health = createDeploymentHealth({
    probe: (origin) => {
      probed.push(origin);
      return probe();
    },
    onChange: (change) => changes.push(change),
    ...options,
  });
}

beforeEach(() => {
  jest.useFakeTimers();
  probed = [];
  changes = [];
  probe = async () => {};
  start();
});

afterEach(() => {
  health.stop();
  jest.useRealTimers();
});

const error = (kind: LiveKitErrorKind, details: LiveKitErrorDetails = {}) =>
  new LiveKitError(kind, kind === 'unreachable' ? 'not_sent' : 'rejected', 'It failed.', details);
const said = (sipCode: number) => error('not_answered', { sipCode, httpStatus: 412, twirpCode: 'failed_precondition' });
const down = error('unreachable');
const trunkUnknown = error('not_found', { httpStatus: 404, twirpCode: 'not_found' });

/** Breakers count in the turn after. */
const settled = () => jest.advanceTimersByTimeAsync(0);

const reasonOf = (why: LiveKitError | CallReason): CallReason =>
  why instanceof LiveKitError ? dialVerdict(why, {}).reason : why;

async function fail(times: number, why: LiveKitError | CallReason = down, origin = HERE, trunk?: string) {
  for (let time = 0; time < times; time++) {
    if (why instanceof LiveKitError) health.failed(origin, why);
    if (trunk !== undefined) health.trunkFailed(origin, trunk, reasonOf(why));
  }
  await settled();
}

describe('a deployment is ejected', () => {
  test.each<[LiveKitErrorKind, boolean]>([
    ['unreachable', true],
    ['timeout', true],
    ['server_error', true],
    ['not_livekit', true],
    ['credential_refused', false],
    ['not_found', false],
    ['not_answered', false],
    ['refused', false],
    ['redirected', false],
    ['reply_too_large', false],
  ])('after five failures in a row of the kind %s: %j', async (kind, ejected) => {
    await fail(5, error(kind));
    expect(health.isEjected(HERE)).toBe(ejected);
    expect(health.isEjected(HERE, TRUNK)).toBe(ejected);
  });

  test('by the fifth failure, not the fourth, and no other is', async () => {
    await fail(4);
    expect(health.isEjected(HERE)).toBe(false);
    await fail(1);
    expect(health.isEjected(HERE)).toBe(true);
    expect(health.isEjected(THERE)).toBe(false);
  });

  test('whichever of its URLs it is known by', async () => {
    await fail(3, down, 'wss://one.example.com');
    await fail(2, down, 'https://one.example.com:443/');
    for (const url of [HERE, 'wss://one.example.com/']) expect(health.isEjected(url)).toBe(true);
  });

  test('not with a success in between; a refused key in between is none', async () => {
    await fail(4);
    health.succeeded(HERE);
    await fail(4);
    expect(health.isEjected(HERE)).toBe(false);
    await fail(3, error('credential_refused'));
    await fail(1);
    expect(health.isEjected(HERE)).toBe(true);
  });

  test('not by what a carrier says, which shows that it works', async () => {
    await fail(4);
    await fail(1, said(503), HERE, TRUNK);
    await fail(4);
    expect(health.isEjected(HERE)).toBe(false);
    await fail(50, error('server_error', { sipCode: 500 }), HERE, TRUNK);
    expect(health.isEjected(HERE)).toBe(false);
  });

  test('never where failures are not counted, or the tests above would show nothing', async () => {
    start({ failuresToOpen: Infinity });
    await fail(1_000);
    await fail(1_000, said(503), HERE, TRUNK);
    expect(health.isEjected(HERE, TRUNK)).toBe(false);
  });
});

describe('an ejected deployment', () => {
  beforeEach(() => fail(5));

  test('is asked after ten seconds, by the probe, and is back when that succeeds', async () => {
    await jest.advanceTimersByTimeAsync(9_900);
    expect(probed).toEqual([]);
    expect(health.isEjected(HERE)).toBe(true);
    await jest.advanceTimersByTimeAsync(200);
    expect(probed).toEqual([HERE]);
    expect(health.isEjected(HERE)).toBe(false);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probed).toEqual([HERE]);
  });

  test('stays ejected while the probe fails, and is asked every ten seconds', async () => {
    probe = () => Promise.reject(down);
    await jest.advanceTimersByTimeAsync(30_500);
    expect(probed).toEqual([HERE, HERE, HERE]);
    expect(health.isEjected(HERE)).toBe(true);
    probe = async () => {};
    await jest.advanceTimersByTimeAsync(10_000);
    expect(health.isEjected(HERE)).toBe(false);
  });

  test('stays ejected while the probe is under way, which is one at a time', async () => {
    let answer = (): void => {};
    probe = () => new Promise((resolve) => (answer = resolve));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probed).toEqual([HERE]);
    expect(health.list()).toMatchObject([{ state: 'half_open' }]);
    expect(health.isEjected(HERE)).toBe(true);
    answer();
    await settled();
    expect(health.isEjected(HERE)).toBe(false);
  });

  test('is back when it refuses the probe’s key: it is there', async () => {
    probe = () => Promise.reject(error('credential_refused'));
    await jest.advanceTimersByTimeAsync(10_500);
    expect(health.isEjected(HERE)).toBe(false);
  });

  test('is not back by a request that was under way, nor asked later by one that failed', async () => {
    health.succeeded(HERE);
    await settled();
    expect(health.isEjected(HERE)).toBe(true);
    await jest.advanceTimersByTimeAsync(9_000);
    await fail(5);
    await jest.advanceTimersByTimeAsync(1_500);
    expect(health.isEjected(HERE)).toBe(false);
  });

  test('needs five failures again once it is back', async () => {
    await jest.advanceTimersByTimeAsync(10_500);
    await fail(4);
    expect(health.isEjected(HERE)).toBe(false);
    await fail(1);
    expect(health.isEjected(HERE)).toBe(true);
  });

  test('is asked no more once everything stops', async () => {
    health.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probed).toEqual([]);
  });
});

describe('a trunk is ejected', () => {
  test.each<[string, LiveKitError | CallReason, boolean]>([
    ['SIP 503', said(503), true],
    ['SIP 500', said(500), true],
    ['SIP 504', said(504), true],
    ['its host does not resolve', error('refused', { httpStatus: 400, twirpCode: 'invalid_argument' }), true],
    ['an agent reports so', 'carrier_trouble', true],
    ['busy', said(486), false],
    ['declined', said(603), false],
    ['no such number', said(404), false],
    ['nobody answers', error('not_answered', { httpStatus: 408, twirpCode: 'canceled' }), false],
    ['the trunk is unknown', trunkUnknown, true],
    ['the carrier refuses the credentials, SIP 401', said(401), true],
    ['the carrier refuses the credentials, SIP 407', said(407), true],
    ['the trunk has no credentials', error('refused', { httpStatus: 412, twirpCode: 'failed_precondition' }), true],
    ['forbidden by the carrier or the callee, SIP 403', said(403), false],
    ['the key is refused', error('credential_refused', { httpStatus: 401 }), false],
    ['an agent reports busy', 'busy', false],
  ])('after five dials in a row: %s', async (_, why, ejected) => {
    await fail(5, why, HERE, TRUNK);
    expect(health.isEjected(HERE, TRUNK)).toBe(ejected);
    expect(health.isEjected(HERE)).toBe(false);
  });

  test('alone: not another, nor one of the same id at another deployment', async () => {
    await fail(5, said(503), HERE, TRUNK);
    expect(health.isEjected(HERE, 'ST_two')).toBe(false);
    expect(health.isEjected(THERE, TRUNK)).toBe(false);
  });

  test('not when somebody was reached in between', async () => {
    for (const reached of [() => health.succeeded(HERE, TRUNK), () => health.trunkFailed(HERE, TRUNK, 'busy')]) {
      await fail(4, said(503), HERE, TRUNK);
      reached();
    }
    await fail(4, said(503), HERE, TRUNK);
    expect(health.isEjected(HERE, TRUNK)).toBe(false);
  });

  test('for ten seconds, without a probe that would ring somebody; the next call decides', async () => {
    await fail(5, said(503), HERE, TRUNK);
    await jest.advanceTimersByTimeAsync(9_900);
    expect(health.isEjected(HERE, TRUNK)).toBe(true);
    await jest.advanceTimersByTimeAsync(200);
    expect(health.isEjected(HERE, TRUNK)).toBe(false);
    await fail(1, said(503), HERE, TRUNK);
    expect(health.isEjected(HERE, TRUNK)).toBe(true);
    await jest.advanceTimersByTimeAsync(10_100);
    health.succeeded(HERE, TRUNK);
    await fail(4, said(503), HERE, TRUNK);
    expect(health.isEjected(HERE, TRUNK)).toBe(false);
    expect(probed).toEqual([]);
  });

  test.each([
    ['is answered', () => health.succeeded(HERE, TRUNK)],
    ['finds somebody busy', () => health.trunkFailed(HERE, TRUNK, 'busy')],
  ])('also for having been unknown, and is back when a call over it %s', async (_, reach) => {
    await fail(5, trunkUnknown, HERE, TRUNK);
    expect(health.isEjected(HERE, TRUNK)).toBe(true);
    await jest.advanceTimersByTimeAsync(10_100);
    expect(health.isEjected(HERE, TRUNK)).toBe(false);
    await fail(1, trunkUnknown, HERE, TRUNK);
    expect(health.isEjected(HERE, TRUNK)).toBe(true);
    await jest.advanceTimersByTimeAsync(10_100);
    reach();
    await fail(4, trunkUnknown, HERE, TRUNK);
    expect(health.isEjected(HERE, TRUNK)).toBe(false);
  });
});

test('ejected targets come last, and otherwise nothing changes its place', async () => {
  const target = (id: number, serverUrl: string, sipTrunkId: string) => ({ id, serverUrl, sipTrunkId });
  const targets = [
    target(1, 'wss://one.example.com', TRUNK),
    target(2, 'wss://two.example.com', TRUNK),
    target(3, 'wss://one.example.com', 'ST_two'),
    target(4, 'wss://two.example.com', 'ST_two'),
    target(5, 'wss://three.example.com', TRUNK),
  ];
  const order = () => health.order(targets).map(({ id }) => id);
  expect(order()).toEqual([1, 2, 3, 4, 5]);
  await fail(5, said(503), THERE, TRUNK);
  expect(order()).toEqual([1, 3, 4, 5, 2]);
  await fail(5);
  expect(order()).toEqual([4, 5, 1, 2, 3]);
  await jest.advanceTimersByTimeAsync(10_500);
  expect(order()).toEqual([1, 2, 3, 4, 5]);
});

test('what has ever failed is listed, and every change is told', async () => {
  health.succeeded(THERE, TRUNK);
  expect(health.list()).toEqual([]);
  await fail(5);
  await fail(1, said(503), HERE, TRUNK);
  expect(health.list()).toEqual([
    { origin: HERE, sipTrunkId: undefined, state: 'open', openings: 1 },
    { origin: HERE, sipTrunkId: TRUNK, state: 'closed', openings: 0 },
  ]);
  await jest.advanceTimersByTimeAsync(10_500);
  expect(changes).toEqual([
    { origin: HERE, sipTrunkId: undefined, state: 'open', openings: 1 },
    { origin: HERE, sipTrunkId: undefined, state: 'closed', openings: 1 },
  ]);
});
