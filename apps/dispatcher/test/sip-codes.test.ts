import { afterEach, describe, expect, test } from '@jest/globals';
import { classifyDialFailure } from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';
import { createLogger } from '@dialplane/telemetry';
import { SIP_CODE_REASONS } from '@dialplane/tenancy';

import { createSipCodeReader } from '../src/targets/create-sip-code-reader.ts';
import { createCarryOutCase, isOver } from './carry-out-case.ts';
import type { CarryOutCase } from './carry-out-case.ts';
import { TENANT } from './known-ids.ts';
import { failure } from './scripted-livekit.ts';
import { TARGET } from './stored-call.ts';

const BY_THE_TRUNK = "createSipParticipant, by the trunk's SIP codes";

let kase: CarryOutCase | undefined;
afterEach(() => kase?.stop());

/** A call whose dial ends with this SIP code, at a carrier who means this by its codes. */
async function dialEndedBy(sipCode: number | undefined, sipCodesOf: CarryOutCase['sipCodesOf']): Promise<CarryOutCase> {
  kase = createCarryOutCase();
  kase.sipCodesOf = sipCodesOf;
  const details = { twirpCode: 'resource_exhausted', httpStatus: 429 };
  const error = failure('not_answered', 'rejected', sipCode === undefined ? details : { ...details, sipCode });
  kase.one.carrier = () => Promise.reject(error);
  const id = await kase.place(kase.start());
  await kase.until(id, isOver);
  expect(kase.one.rings).toHaveLength(1);
  expect(kase.two.requests).toEqual([]);
  return kase;
}
const outcome = ({ calls, trunkFailures }: CarryOutCase, id = calls.ids()[0] ?? '') => {
  const { state, reason, sipCode } = calls.stored(id);
  return { state, reason, sipCode, trunkFailures };
};

describe('a dial that fails with SIP 480', () => {
  test.each([
    ['at a carrier who means by it what others mean', {}, 'unavailable', 'createSipParticipant'],
    ['at one whose channels are full then', { 480: 'carrier_trouble' }, 'carrier_trouble', BY_THE_TRUNK],
    ['at one who means by it what others mean, and says so', { 480: 'unavailable' }, 'unavailable', BY_THE_TRUNK],
    ['at one who means something else by another code', { 486: 'busy' }, 'unavailable', 'createSipParticipant'],
  ] as const)('%s: the call and the health of the trunk are told %j', async (_, sipCodes, reason, evidence) => {
    const ended = await dialEndedBy(480, async () => sipCodes);
    expect(outcome(ended)).toEqual({ state: 'failed', reason, sipCode: 480, trunkFailures: [reason] });
    const [id = ''] = ended.calls.ids();
    expect((await ended.calls.events(TENANT, id, 0)).find(({ kind }) => kind === 'failed')).toMatchObject({ evidence });
  });

  test('while the database is away is judged when it is back, as its carrier means it', async () => {
    let tries = 0;
    const ended = await dialEndedBy(480, async () => {
      if (++tries < 3) throw new DatabaseUnavailableError('away');
      return { 480: 'busy' };
    });
    expect(outcome(ended)).toMatchObject({ state: 'failed', reason: 'busy', sipCode: 480 });
  });
});

test('nothing is read of a trunk whose carrier has said nothing', async () => {
  const ended = await dialEndedBy(undefined, () => Promise.reject(new Error('read')));
  expect(outcome(ended)).toMatchObject({ state: 'failed', reason: 'deployment_error', sipCode: null });
});

describe("a trunk's own meanings", () => {
  const lines: object[] = [];
  const logger = {
    ...createLogger({ service: 'test', level: 'silent' }),
    warn: (line: object) => void lines.push(line),
  };
  const reader = (stored: unknown) => {
    const asked: unknown[] = [];
    const sipCodesOf = createSipCodeReader(
      {
        sipCodesOf: async (...args) => {
          asked.push(args);
          return stored;
        },
      },
      logger as never,
    );
    return { asked, sipCodesOf };
  };

  test('are looked for by tenant, deployment and trunk', async () => {
    const { asked, sipCodesOf } = reader({ '480': 'busy' });
    const target = { ...TARGET, serverUrl: 'wss://livekit.example.com' };
    expect(await sipCodesOf({ tenantId: TENANT }, target)).toEqual({ 480: 'busy' });
    expect(asked).toEqual([[TENANT, 'https://livekit.example.com', TARGET.sipTrunkId]]);
  });

  test('that are malformed count for nothing, and are a line in the log', async () => {
    expect(await reader({ '480': 'bussy' }).sipCodesOf({ tenantId: TENANT }, TARGET)).toEqual({});
    expect(lines).toEqual([
      expect.objectContaining({ problem: expect.stringContaining('sip_codes["480"]') as unknown }),
    ]);
  });
});

test('whatever code a carrier may send, what others mean by it is something that a trunk may mean', () => {
  const ordinary = Array.from({ length: 400 }, (_, index) => {
    const failed = { sipCode: 300 + index, twirpCode: undefined, httpStatus: undefined, outcome: 'rejected' } as const;
    return classifyDialFailure(failed).reason;
  });
  expect([...new Set(ordinary)].toSorted()).toEqual(SIP_CODE_REASONS.toSorted());
});
