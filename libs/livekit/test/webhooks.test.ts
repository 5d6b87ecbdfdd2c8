import { createHash } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import { AccessToken } from 'livekit-server-sdk';

import { apiKeyOf, readWebhook, WEBHOOK_MAX_BYTES } from '../src/index.ts';
import type { LiveKitEvent, WebhookKey } from '../src/index.ts';

const KEY: WebhookKey = { apiKey: 'APIexample', apiSecret: 'not-a-secret-not-a-secret-not-a-secret' };
const OTHER: WebhookKey = { apiKey: 'APIother', apiSecret: 'neither-a-secret-neither-a-secret-neither' };
const LEFT = {
  event: 'participant_left',
  id: 'EV_example',
  createdAt: '1767225600',
  room: { sid: 'RM_1', name: 'call-1', turnPassword: 'not-to-be-kept', creationTime: '1767225590' },
  participant: {
    sid: 'PA_1',
    identity: 'callee-1',
    kind: 'SIP',
    attributes: { 'sip.callStatus': 'ringing', 'sip.callID': 'SCL_1' },
    disconnectReason: 'USER_REJECTED',
  },
};

/** The `Authorization` that LiveKit sends with this body. */
async function sign(body: string | Buffer, key: WebhookKey = KEY, ttl: number | string = 300): Promise<string> {
  const token = new AccessToken(key.apiKey, key.apiSecret, { ttl });
  token.sha256 = createHash('sha256').update(body).digest('base64');
  return token.toJwt();
}

async function eventOf(json: object): Promise<LiveKitEvent> {
  const body = JSON.stringify(json);
  const reading = await readWebhook(body, await sign(body), [KEY]);
  if (reading.kind === 'ok') return reading.event;
  throw new Error(`It was refused: ${reading.why}.`);
}

const BODY = JSON.stringify(LEFT);

test('a webhook that a key of the deployment signed is read', async () => {
  const { redactedBody, ...event } = await eventOf(LEFT);
  expect(event).toEqual({
    id: 'EV_example',
    kind: 'participant_left',
    createdAt: new Date('2026-01-01T00:00:00Z'),
    room: 'call-1',
    participant: {
      identity: 'callee-1',
      kind: 'sip',
      attributes: { 'sip.callStatus': 'ringing', 'sip.callID': 'SCL_1' },
      disconnectReason: 'USER_REJECTED',
    },
  });
  expect(redactedBody).toEqual({ ...LEFT, room: { ...LEFT.room, turnPassword: '[secret]' } });
});

test('it is read as text and as bytes, and of every kind, also of one that this version does not know', async () => {
  expect(await readWebhook(Buffer.from(BODY), await sign(BODY), [KEY])).toMatchObject({ kind: 'ok' });
  expect(await eventOf({ id: 'EV_1', event: 'room_started', createdAt: '1', room: { name: 'é' } })).toMatchObject({
    kind: 'room_started',
    room: 'é',
    participant: undefined,
  });
  expect(await eventOf({ id: 'EV_1', event: 'later', createdAt: '1', newer: { field: 1 } })).toMatchObject({
    kind: 'later',
    room: undefined,
  });
  const long = { name: 'x'.repeat(257) };
  expect(await eventOf({ id: 'EV_1', event: 'room_started', createdAt: '1', room: long })).toMatchObject({
    room: undefined,
  });
});

test('every key of the name that signed is tried, and no other', async () => {
  const former = { ...KEY, apiSecret: 'the-secret-before-the-secret-before-it' };
  const authorization = await sign(BODY);
  expect(await readWebhook(BODY, authorization, [OTHER, former, KEY])).toMatchObject({ kind: 'ok' });
  expect(await readWebhook(BODY, authorization, [OTHER, KEY, former])).toMatchObject({ kind: 'ok' });
  expect(await readWebhook(BODY, authorization, [former])).toEqual({ kind: 'refused', why: 'bad_signature' });
});

test('a webhook that is sent again has the same id, by which it is known', async () => {
  const authorization = await sign(BODY);
  const first = await readWebhook(BODY, authorization, [KEY]);
  expect(await readWebhook(BODY, authorization, [KEY])).toEqual(first);
  expect(first).toMatchObject({ event: { id: 'EV_example' } });
});

describe('a webhook is refused', () => {
  const refusal = async (body: string | Buffer, authorization: string, keys: readonly WebhookKey[] = [KEY]) => {
    const reading = await readWebhook(body, authorization, keys);
    return reading.kind === 'refused' ? reading.why : 'read';
  };
  /** A token with this payload and no signature, as some libraries accept. */
  const unsignedToken = (header: object, payload: object): string =>
    [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.';

  test.each(['', 'Bearer', 'x', 'a.b.c', 'not.a.token', '..', '{}.{}.{}'])('without a token: %j', async (token) => {
    expect(await refusal(BODY, token)).toBe('unsigned');
  });

  test('signed by another deployment’s key', async () => {
    expect(await refusal(BODY, await sign(BODY, OTHER))).toBe('unknown_key');
    expect(await refusal(BODY, await sign(BODY), [])).toBe('unknown_key');
  });

  test('signed by another secret in the name of a key', async () => {
    expect(await refusal(BODY, await sign(BODY, { ...KEY, apiSecret: OTHER.apiSecret }))).toBe('bad_signature');
    const claims = { iss: KEY.apiKey, exp: 9_999_999_999, sha256: createHash('sha256').update(BODY).digest('base64') };
    expect(await refusal(BODY, unsignedToken({ alg: 'none' }, claims))).toBe('bad_signature');
    expect(await refusal(BODY, unsignedToken({ alg: 'HS256' }, claims))).toBe('bad_signature');
  });

  test('with a key whose secret is empty', async () => {
    const claims = { iss: KEY.apiKey, exp: 9_999_999_999 };
    expect(await refusal(BODY, unsignedToken({ alg: 'HS256' }, claims), [{ ...KEY, apiSecret: '' }])).toBe(
      'unknown_key',
    );
  });

  test('with another body than was signed', async () => {
    const authorization = await sign(BODY);
    expect(await refusal(BODY, authorization)).toBe('read');
    expect(await refusal(BODY.replace('ringing', 'hangup!'), authorization)).toBe('bad_signature');
    expect(await refusal(`${BODY} `, authorization)).toBe('bad_signature');
    expect(await refusal('', authorization)).toBe('bad_signature');
    expect(await refusal(Buffer.concat([Buffer.from(BODY), Buffer.from([0xff])]), authorization)).toBe('bad_signature');
  });

  test('with an access token of the same key that is for something else', async () => {
    const token = new AccessToken(KEY.apiKey, KEY.apiSecret, { ttl: 300 });
    token.addGrant({ roomAdmin: true, room: 'call-1' });
    expect(await refusal(BODY, await token.toJwt())).toBe('bad_signature');
  });

  test('signed for another time than now, but for a minute', async () => {
    expect(await refusal(BODY, await sign(BODY, KEY, -30))).toBe('read');
    expect(await refusal(BODY, await sign(BODY, KEY, -600))).toBe('expired');
  });

  test.each([
    ['no JSON', 'hello'],
    ['JSON that is cut short', '{"event":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['no id', JSON.stringify({ ...LEFT, id: undefined })],
    ['an id with a newline', JSON.stringify({ ...LEFT, id: 'EV_1\n' })],
    ['no event', JSON.stringify({ ...LEFT, event: '' })],
    ['no time', JSON.stringify({ ...LEFT, createdAt: undefined })],
    ['a time after the year 9999', JSON.stringify({ ...LEFT, createdAt: '253402300800' })],
    ['a time that no date can hold', JSON.stringify({ ...LEFT, createdAt: '9007199254740991' })],
    ['a time before 1970', JSON.stringify({ ...LEFT, createdAt: '-1' })],
    ['half a second', JSON.stringify({ ...LEFT, createdAt: '0.5' })],
    ['a room that is none', JSON.stringify({ ...LEFT, room: 7 })],
    ['attributes that are none', JSON.stringify({ ...LEFT, participant: { attributes: { a: {} } } })],
  ])('with %s, signed as it is', async (_, body) => {
    expect(await refusal(body, await sign(body))).toBe('malformed');
  });

  test('of 10 MB, at once, however it is signed', async () => {
    const huge = JSON.stringify({ ...LEFT, room: { name: 'call-1', metadata: 'x'.repeat(10_000_000) } });
    const authorization = await sign(huge);
    const before = performance.now();
    expect(await refusal(huge, authorization)).toBe('malformed');
    expect(await refusal(Buffer.from(huge), '')).toBe('malformed');
    expect(performance.now() - before).toBeLessThan(1_000);
    const largest = JSON.stringify({ ...LEFT, room: { metadata: '' } });
    const metadata = 'x'.repeat(WEBHOOK_MAX_BYTES - largest.length);
    const body = JSON.stringify({ ...LEFT, room: { metadata } });
    expect(await refusal(body, await sign(body))).toBe('read');
  });
});

describe('what is kept of a webhook', () => {
  test('has nothing that is called or looks like a secret, wherever it stands', async () => {
    const jwt = await sign(BODY);
    const { redactedBody } = await eventOf({
      ...LEFT,
      room: {
        name: 'call-1',
        turnPassword: 'hidden-1',
        metadata: JSON.stringify({ agent_calls_token: 'hidden-2', deep: [{ ApiKey: 'hidden-3', kept: 'visible-1' }] }),
      },
      participant: {
        identity: 'agent-1',
        metadata: `token ${jwt} and more`,
        attributes: { 'x.client_secret': 'hidden-4', url: 'https://user:hidden-5@example.com/visible-2' },
      },
    });
    const kept = JSON.stringify(redactedBody);
    expect(kept).not.toMatch(/hidden-|eyJ/);
    expect(kept).toMatch(/visible-1.*visible-2/);
  });

  test('has no secret in the attributes that are stored besides', async () => {
    const attributes = { 'sip.callStatus': 'active', crm_token: 'hidden-1', jwt: await sign(BODY) };
    const { participant } = await eventOf({ ...LEFT, participant: { ...LEFT.participant, attributes } });
    expect(participant?.attributes).toEqual({ 'sip.callStatus': 'active', crm_token: '[secret]', jwt: '[jwt]' });
  });

  test.each(['eyJaaaa-', 'eyJaaaa.', 'a-', 'a://b:', 'Bearer  '])(
    'is found quickly in a long text of %j',
    async (part) => {
      const metadata = part.repeat((900 * 1024) / part.length);
      const begun = performance.now();
      await eventOf({ ...LEFT, participant: { ...LEFT.participant, metadata } });
      expect(performance.now() - begun).toBeLessThan(2_000);
    },
  );

  test('has what PostgreSQL stores: no NUL, no half of a character', async () => {
    const { redactedBody } = await eventOf({
      ...LEFT,
      participant: { identity: 'a', metadata: 'a\0b', attributes: { 'c\0d': '{"e":"f\\u0000g"}' } },
    });
    expect(redactedBody).toMatchObject({ participant: { metadata: 'ab', attributes: { cd: '{"e":"fg"}' } } });
  });

  test('is bounded in depth, and its keys change no prototype', async () => {
    const body = `{"id":"EV_1","event":"later","createdAt":"1","__proto__":{"polluted":1},"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    const reading = await readWebhook(body, await sign(body), [KEY]);
    expect(reading).toMatchObject({ kind: 'ok' });
    expect(JSON.stringify(reading).length).toBeLessThan(1_000);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('the key in whose name a webhook is signed is told without verifying anything', async () => {
  expect(apiKeyOf(await sign(BODY))).toBe('APIexample');
  expect(apiKeyOf(await sign('another', OTHER))).toBe('APIother');
  for (const none of ['', 'a.b.c', 'a.e30.c', `a.${Buffer.from('{"iss":7}').toString('base64url')}.c`]) {
    expect(apiKeyOf(none)).toBeUndefined();
  }
});
