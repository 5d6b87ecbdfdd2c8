import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';
import { classifyDialFailure } from '@dialplane/calls';
import type { CallReason } from '@dialplane/calls';

import { createLiveKitClient, LiveKitError, type NewDial } from '../src/index.ts';
import { sendJson, startLocalServer, type LocalServer } from './local-server.ts';

const API_KEY = 'APIexample';
const API_SECRET = 'not-a-secret-not-a-secret-not-a-secret';
const DIAL: NewDial = {
  room: 'call-1',
  identity: 'callee-1',
  sipTrunkId: 'ST_1',
  number: '0012125550123',
  callerId: '12125550100',
  sipHeaders: { 'X-Campaign': 'spring' },
  attributes: { 'dialplane.call': '1' },
  ringingTimeoutSeconds: 30,
  maxDurationSeconds: 3600,
};
const ANSWER = { participant_id: 'PA_1', participant_identity: 'callee-1', room_name: 'call-1', sip_call_id: 'SCL_1' };

const started: LocalServer[] = [];

afterEach(async () => {
  for (const server of started.splice(0)) await server.close();
});

async function start(...answer: Parameters<typeof startLocalServer>): Promise<LocalServer> {
  const server = await startLocalServer(...answer);
  started.push(server);
  return server;
}

const clientOf = (url: string) =>
  createLiveKitClient({ url, apiKey: API_KEY, apiSecret: API_SECRET, timeoutMs: 1_000 });

async function failure(promise: Promise<unknown>): Promise<LiveKitError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LiveKitError) return error;
  throw new Error('It did not fail with a LiveKitError.', { cause: error });
}

/** The error of one dial that is answered like this. */
async function failureOf(status: number, json: unknown): Promise<LiveKitError> {
  const server = await start((response) => sendJson(response, status, json));
  return failure((await clientOf(server.url).prepareDial(DIAL)).send());
}

describe('a dial', () => {
  test('says all that LiveKit would make up otherwise, and waits for the answer', async () => {
    const server = await start((response) => sendJson(response, 200, ANSWER));
    const dial = await clientOf(server.url).prepareDial(DIAL);
    expect(server.requests).toHaveLength(0);
    expect(await dial.send()).toEqual({ sipCallId: 'SCL_1' });
    expect(server.requests.map(({ path }) => path)).toEqual(['/twirp/livekit.SIP/CreateSIPParticipant']);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      sipTrunkId: 'ST_1',
      sipCallTo: '0012125550123',
      sipNumber: '12125550100',
      roomName: 'call-1',
      participantIdentity: 'callee-1',
      participantAttributes: { 'dialplane.call': '1' },
      headers: { 'X-Campaign': 'spring' },
      ringingTimeout: '30s',
      maxCallDuration: '3600s',
      waitUntilAnswered: true,
    });
  });

  test('is sent once: a second time it is refused, also while and after the first failed', async () => {
    const server = await start((response) => sendJson(response, 503, { code: 'unavailable', msg: 'no response' }));
    const dial = await clientOf(server.url).prepareDial(DIAL);
    const sending = dial.send();
    expect(await failure(dial.send())).toMatchObject({ kind: 'refused', outcome: 'not_sent' });
    expect(await failure(sending)).toMatchObject({ kind: 'server_error', outcome: 'unknown' });
    expect(await failure(dial.send())).toMatchObject({ kind: 'refused', outcome: 'not_sent' });
    expect(server.requests).toHaveLength(1);
  });

  test('waits as long as it may ring, however short other requests may take', async () => {
    const server = await start((response) => void sleep(1_500).then(() => sendJson(response, 200, ANSWER)));
    const client = clientOf(server.url);
    expect(await failure(client.probe())).toMatchObject({ kind: 'timeout' });
    expect(await (await client.prepareDial(DIAL)).send()).toEqual({ sipCallId: 'SCL_1' });
  });

  test('is not sent with a token that has ended, which is signed when the dial is prepared', async () => {
    const server = await start((response) => sendJson(response, 200, ANSWER));
    const before = Date.now();
    const late = await clientOf(server.url).prepareDial(DIAL);
    const inTime = await clientOf(server.url).prepareDial(DIAL);
    expect(late.tokenExpiresAt.getTime() - before).toBeLessThanOrEqual(5_000);
    expect(late.tokenExpiresAt.getTime() - before).toBeGreaterThan(3_000);
    await inTime.send();
    await sleep(late.tokenExpiresAt.getTime() - Date.now() + 10);
    expect(await failure(late.send())).toMatchObject({ kind: 'refused', outcome: 'not_sent' });
    expect(server.requests).toHaveLength(1);
  });

  test('that is answered for another room or callee is in doubt', async () => {
    expect(await failureOf(200, { ...ANSWER, participant_identity: 'callee-2' })).toMatchObject({
      kind: 'not_livekit',
      outcome: 'unknown',
    });
    expect(await failureOf(200, { ...ANSWER, room_name: 'call-2' })).toMatchObject({ outcome: 'unknown' });
  });

  test('whose connection is lost is in doubt, and not sent again', async () => {
    const server = await start((_, request) => request.socket.resetAndDestroy());
    const dial = await clientOf(server.url).prepareDial(DIAL);
    expect(await failure(dial.send())).toMatchObject({ kind: 'server_error', outcome: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('what would reach the carrier unescaped is refused unsent', () => {
  test.each<[string, Partial<NewDial>]>([
    ['an empty number', { number: '' }],
    ['a number without a digit', { number: '+*#' }],
    ['a header line behind the number', { number: '+12125550123\r\nX-Evil: 1' }],
    ['a newline at its end', { number: '+12125550123\n' }],
    ['a NUL', { number: '+12125550123\0' }],
    ['a parameter', { number: '+12125550123;user=phone' }],
    ['a host', { number: '+12125550123@sip.example.com' }],
    ['a URI', { number: 'sip:+12125550123' }],
    ['Arabic digits', { number: '+١٢١٢٥٥٥٠١٢٣' }],
    ['full-width digits', { number: '＋１２１２５５５０１２３' }],
    ['spaces', { number: '+1 212 555 0123' }],
    ['letters', { number: '+1212555CALL' }],
    ['65 digits', { number: '1'.repeat(65) }],
    ['a header line behind the caller id', { callerId: '+12125550100\r\nX-Evil: 1' }],
    ['no caller id', { callerId: '' }],
    ['a host in the caller id', { callerId: '12125550100@sip.example.com' }],
    ['a header with a newline in its value', { sipHeaders: { 'X-A': 'a\r\nX-Evil: 1' } }],
    ['a header with a colon in its name', { sipHeaders: { 'X-A: b\r\nX-Evil': 'a' } }],
    ['no trunk', { sipTrunkId: '' }],
    ['no identity, for which LiveKit has one for all', { identity: '' }],
    ['an empty room', { room: '' }],
    ['a ringing timeout of 0', { ringingTimeoutSeconds: 0 }],
    ['a negative ringing timeout', { ringingTimeoutSeconds: -1 }],
    ['a ringing timeout over 80 s', { ringingTimeoutSeconds: 81 }],
    ['no max duration', { maxDurationSeconds: 0 }],
    ['half a character in an attribute', { attributes: { a: '\ud800' } }],
  ])('%s', async (_, change) => {
    const server = await start((response) => sendJson(response, 200, ANSWER));
    const preparing = clientOf(server.url).prepareDial({ ...DIAL, ...change });
    expect(await failure(preparing)).toMatchObject({ kind: 'refused', outcome: 'not_sent' });
    expect(server.requests).toHaveLength(0);
  });

  test.each(['+12125550123', '0012125550123', '*31#12125550123', '1'])('and %s is not', async (number) => {
    const server = await start((response) => sendJson(response, 200, ANSWER));
    await (await clientOf(server.url).prepareDial({ ...DIAL, number })).send();
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ sipCallTo: number });
  });
});

describe('what the carrier says is told from what the deployment says', () => {
  const verdict = ({ details, outcome }: LiveKitError): CallReason =>
    classifyDialFailure({
      sipCode: details.sipCode,
      twirpCode: details.twirpCode,
      httpStatus: details.httpStatus,
      outcome,
    }).reason;

  test.each<[number, string, number, CallReason]>([
    [429, 'resource_exhausted', 486, 'busy'],
    [429, 'resource_exhausted', 600, 'busy'],
    [429, 'resource_exhausted', 480, 'unavailable'],
    [403, 'permission_denied', 603, 'declined'],
    [403, 'permission_denied', 403, 'declined'],
    [412, 'failed_precondition', 503, 'carrier_trouble'],
    [408, 'deadline_exceeded', 504, 'carrier_trouble'],
    [408, 'deadline_exceeded', 408, 'no_answer'],
    [404, 'not_found', 404, 'invalid_number'],
    [400, 'invalid_argument', 484, 'invalid_number'],
  ])('HTTP %i %s with SIP %i', async (httpStatus, twirpCode, sipCode, reason) => {
    const meta = { sip_status_code: String(sipCode), sip_status: 'So it says' };
    const error = await failureOf(httpStatus, { code: twirpCode, msg: 'it said so', meta });
    expect(error).toMatchObject({ kind: 'not_answered', outcome: 'rejected' });
    expect(error.details).toEqual({ sipCode, twirpCode, httpStatus });
    expect(verdict(error)).toBe(reason);
  });

  test.each<[number, string, string, Partial<LiveKitError>, CallReason]>([
    [404, 'not_found', 'no such trunk', { kind: 'not_found', outcome: 'rejected' }, 'trunk_not_found'],
    [408, 'canceled', 'sip request timed out', { kind: 'not_answered', outcome: 'rejected' }, 'no_answer'],
    [408, 'canceled', 'client is closed', { kind: 'timeout', outcome: 'unknown' }, 'outcome_unknown'],
    [408, 'canceled', 'request canceled', { kind: 'timeout', outcome: 'unknown' }, 'outcome_unknown'],
    [408, 'deadline_exceeded', 'timed out', { kind: 'timeout', outcome: 'unknown' }, 'outcome_unknown'],
    [412, 'failed_precondition', 'no credentials', { kind: 'refused', outcome: 'rejected' }, 'carrier_refused'],
    [400, 'invalid_argument', 'no such host', { kind: 'refused', outcome: 'rejected' }, 'carrier_trouble'],
    [503, 'unavailable', 'no response from servers', { kind: 'server_error', outcome: 'unknown' }, 'outcome_unknown'],
    [500, 'internal', 'sip not connected', { kind: 'server_error', outcome: 'unknown' }, 'outcome_unknown'],
    [401, 'unauthenticated', 'no', { kind: 'credential_refused', outcome: 'rejected' }, 'credential_refused'],
  ])('HTTP %i %s (%s) without a SIP code', async (httpStatus, code, msg, expected, reason) => {
    const error = await failureOf(httpStatus, { code, msg });
    expect(error).toMatchObject(expected);
    expect(error.details).toMatchObject({ httpStatus });
    expect(error.details.sipCode).toBeUndefined();
    expect(verdict(error)).toBe(reason);
  });

  test.each(['', 'busy', '4860', '199', '700', '486 Busy Here', null, {}])(
    'a SIP code of %j is none',
    async (sip_status_code) => {
      const error = await failureOf(404, { code: 'not_found', msg: '', meta: { sip_status_code } });
      expect(error.details.sipCode).toBeUndefined();
      expect(error.kind).toBe('not_found');
    },
  );

  test('only a dial has one', async () => {
    const server = await start((response) =>
      sendJson(response, 404, { code: 'not_found', msg: '', meta: { sip_status_code: '486' } }),
    );
    const error = await failure(clientOf(server.url).removeParticipant('call-1', 'callee-1'));
    expect(error).toMatchObject({ kind: 'not_found', outcome: 'rejected' });
    expect(error.details).toEqual({ httpStatus: 404, twirpCode: 'not_found' });
  });
});
