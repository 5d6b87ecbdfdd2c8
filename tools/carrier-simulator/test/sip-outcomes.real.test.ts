import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AccessToken, ServerError, SipCallError, SipClient } from 'livekit-server-sdk';

import { livekit, newRoom, numberOf, ONCE, startSimulatedDeployment, TRUNK } from './simulated-deployment.ts';
import type { SimulatedDeployment } from './simulated-deployment.ts';

let deployment: SimulatedDeployment;
beforeAll(async () => {
  deployment = await startSimulatedDeployment();
});
afterAll(() => deployment.simulator.stop());

const failed = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => Promise.reject(new Error(`It succeeded: ${JSON.stringify(value)}`)),
    (error: unknown) => error,
  );

describe('a dial that waits for the answer', () => {
  test.each(['00', '01', '11', '21', '61'])('%s is answered', async (digits) => {
    const room = newRoom();
    const info = await deployment.dial(digits, { room });
    expect(info.sipCallId).toMatch(/^SCL_\w+$/);
    expect(info.participantId).toMatch(/^PA_\w+$/);
    expect(info).toMatchObject({ participantIdentity: 'callee', roomName: room });
    expect(deployment.invites(room)).toBe(1);
  });

  test.each([
    ['30', 486, 429, 'resource_exhausted'],
    ['31', 486, 429, 'resource_exhausted'],
    ['32', 600, 429, 'resource_exhausted'],
    ['33', 603, 403, 'permission_denied'],
    ['34', 403, 403, 'permission_denied'],
    ['35', 480, 429, 'resource_exhausted'],
    ['36', 404, 404, 'not_found'],
    ['37', 410, 404, 'not_found'],
    ['38', 604, 404, 'not_found'],
    ['39', 484, 400, 'invalid_argument'],
    ['40', 488, 400, 'invalid_argument'],
    ['41', 500, 412, 'failed_precondition'],
    ['42', 502, 412, 'failed_precondition'],
    ['43', 503, 412, 'failed_precondition'],
    ['44', 504, 408, 'deadline_exceeded'],
    ['45', 408, 408, 'deadline_exceeded'],
    ['46', 487, 409, 'aborted'],
    ['99', 404, 404, 'not_found'],
  ])('%s is refused with SIP %i, HTTP %i, %s', async (digits, sipStatusCode, status, code) => {
    const room = newRoom();
    const error = await failed(deployment.dial(digits, { room }));
    expect(error).toBeInstanceOf(SipCallError);
    expect(error).toMatchObject({ sipStatusCode, status, code });
    expect((error as SipCallError).sipStatus).not.toBe('');
    expect(deployment.invites(room)).toBe(1);
  });

  test.each([
    ['47', 412, 'failed_precondition', 1],
    ['50', 408, 'canceled', 1],
    ['51', 408, 'canceled', 1],
    ['56', 400, 'invalid_argument', 0],
  ])('%s fails without a SIP code: HTTP %i, %s', async (digits, status, code, invites) => {
    const room = newRoom();
    const error = await failed(deployment.dial(digits, { room, ringingTimeout: 1 }));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status, code });
    expect((error as ServerError).metadata?.sip_status_code).toBeUndefined();
    expect(deployment.invites(room)).toBe(invites);
  });

  test('rings no longer than the ringing timeout', async () => {
    const startedAt = Date.now();
    expect(await failed(deployment.dial('19', { ringingTimeout: 1 }))).toMatchObject({ code: 'canceled' });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
    expect(Date.now() - startedAt).toBeLessThan(3_000);
  });

  test.each(['52', '53'])('%s is a black hole: the phone rings, and the reply never comes', async (digits) => {
    const { apiKey, apiSecret } = livekit;
    // The SDK would wait for the ringing timeout at least.
    const token = new AccessToken(apiKey, apiSecret);
    token.addSIPGrant({ call: true });
    const room = newRoom();
    const reply = fetch(`${deployment.simulator.url}/twirp/livekit.SIP/CreateSIPParticipant`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await token.toJwt()}` },
      body: JSON.stringify({ sipTrunkId: TRUNK, sipCallTo: numberOf(digits), roomName: room, ringingTimeout: '1s' }),
      signal: AbortSignal.timeout(1_500),
    });
    await expect(reply).rejects.toThrow(/timeout/);
    expect(deployment.simulator.rings()).toContainEqual(expect.objectContaining({ room, invites: 1, rang: 1 }));
  });
});

describe('a dial that does not wait', () => {
  test.each(['00', '30', '50'])('%s succeeds once the callee is in the room', async (digits) => {
    const startedAt = Date.now();
    const info = await deployment.dial(digits, { waitUntilAnswered: false });
    expect(info.sipCallId).toMatch(/^SCL_/);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('what the dial needs', () => {
  test('a trunk that LiveKit knows: else 404 without a SIP code, and nobody is rung', async () => {
    const room = newRoom();
    const error = await failed(deployment.sip.createSipParticipant('ST_forgotten', numberOf('00'), room));
    expect(error).toMatchObject({ status: 404, code: 'not_found', metadata: undefined });
    expect(deployment.invites(room)).toBe(0);
  });

  test('a trunk that Redis has not lost', async () => {
    const { simulator, sip } = deployment;
    const ids = async () => (await sip.listSipOutboundTrunk()).map(({ sipTrunkId }) => sipTrunkId);
    expect(await ids()).toEqual([TRUNK]);
    simulator.setTrunks([]);
    expect(await ids()).toEqual([]);
    expect(await failed(deployment.dial('00'))).toMatchObject({ status: 404, code: 'not_found' });
    simulator.setTrunks([TRUNK]);
    await deployment.dial('00');
  });

  /** A dial with a token that the test made. */
  async function dialWith(
    token: AccessToken,
    skewSeconds = 0,
  ): Promise<{ status: number; body: string; room: string }> {
    const room = newRoom();
    deployment.simulator.setClockSkewMs(skewSeconds * 1_000);
    try {
      const jwt = await token.toJwt();
      const reply = await fetch(`${deployment.simulator.url}/twirp/livekit.SIP/CreateSIPParticipant`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${jwt}` },
        body: JSON.stringify({ sip_trunk_id: TRUNK, sip_call_to: numberOf('00'), room_name: room }),
      });
      return { status: reply.status, body: await reply.text(), room };
    } finally {
      deployment.simulator.setClockSkewMs(0);
    }
  }
  function sipToken(key: { apiKey: string; apiSecret: string }, call: boolean): AccessToken {
    const token = new AccessToken(key.apiKey, key.apiSecret, { ttl: 5 });
    token.addSIPGrant(call ? { call } : { admin: true });
    return token;
  }

  test('a token that is not dead: 5 s and 60 s of leeway', async () => {
    const alive = await dialWith(sipToken(livekit, true), 60);
    expect(alive.status).toBe(200);
    expect(deployment.invites(alive.room)).toBe(1);
    const dead = await dialWith(sipToken(livekit, true), 70);
    expect(dead.status).toBe(401);
    // As LiveKit does, which is why nobody may log such a body.
    expect(dead.body).toContain('eyJ');
    expect(deployment.invites(dead.room)).toBe(0);
  });

  test.each([
    ['the right secret', () => sipToken({ ...livekit, apiSecret: 'x'.repeat(43) }, true)],
    ['a key of this server', () => sipToken({ ...livekit, apiKey: 'APIother' }, true)],
    ['the grant to call', () => sipToken(livekit, false)],
  ])('%s', async (_, makeToken) => {
    const { status, room } = await dialWith(makeToken());
    expect(status).toBe(401);
    expect(deployment.invites(room)).toBe(0);
  });

  test('the SDK tells a wrong secret as it does with LiveKit', async () => {
    const sip = new SipClient(deployment.simulator.url, livekit.apiKey, 'x'.repeat(43), ONCE);
    const error = await failed(sip.createSipParticipant(TRUNK, numberOf('00'), newRoom()));
    expect(error).toMatchObject({ name: 'Unauthorized', status: 401, code: undefined });
  });
});
