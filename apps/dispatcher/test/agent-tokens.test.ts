import { createHmac } from 'node:crypto';

import { StatusError } from '@dialplane/grpc';
import { deriveSigningKey, importKeyEncryptionKey } from '@dialplane/secrets';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';

import { createAgentTokens } from '../src/agent-calls/create-agent-tokens.ts';
import type { AgentTokenClaims } from '../src/agent-calls/create-agent-tokens.ts';
import { dialTokenSeconds, reportTokenSeconds } from '../src/agent-calls/token-lifetimes.ts';

const CLAIMS: AgentTokenClaims = {
  purpose: 'dial',
  tenantId: '11111111-1111-4111-8111-111111111111',
  callId: '0f8fad5b-d9cb-469f-a165-70867728950e',
  attempt: 2,
  agentName: 'front-desk',
  jobId: null,
};

const tokensOf = async (fill = 7, purpose = 'agent tokens') =>
  createAgentTokens(await deriveSigningKey(await importKeyEncryptionKey(new Uint8Array(32).fill(fill)), purpose), () =>
    Date.now(),
  );

const refusalOf = (verified: Promise<unknown>): Promise<unknown> =>
  verified.then(
    () => 'not refused',
    (error: unknown) => error,
  );

const encode = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');

afterEach(() => {
  jest.useRealTimers();
});

test('what was signed is read back, in every process with the same key', async () => {
  const token = await (await tokensOf()).sign(CLAIMS, 60);
  expect(await (await tokensOf()).verify(token, 'dial')).toEqual(CLAIMS);
  const report = { ...CLAIMS, purpose: 'report', jobId: 'AJ_1' } as const;
  expect(await (await tokensOf()).verify(await (await tokensOf()).sign(report, 60), 'report')).toEqual(report);
});

describe('refused with AGENT_TOKEN_REFUSED', () => {
  const header = encode({ alg: 'HS256', typ: 'JWT' });
  const forge = (payload: object, key: string | Buffer = 'guessed'): string => {
    const signed = `${header}.${encode(payload)}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  };
  const swapPayload = (token: string, change: object): string => {
    const [head, , signature] = token.split('.');
    return [head, encode({ ...decodeJwt(token), ...change }), signature].join('.');
  };
  const unsigned = (token: string): string => `${encode({ alg: 'none' })}.${token.split('.')[1] ?? ''}.`;

  test.each<[what: string, make: (good: string) => string | Promise<string>]>([
    ['no token', () => ''],
    ['no JWT', () => 'agent'],
    ['one that is too long', (good) => good + 'A'.repeat(5_000)],
    ['one signed with another key', (good) => forge(decodeJwt(good))],
    ['one signed with nothing', unsigned],
    ["another call's id put in", (good) => swapPayload(good, { call: '1f8fad5b-d9cb-469f-a165-70867728950e' })],
    ['a later attempt put in', (good) => swapPayload(good, { attempt: 3 })],
    ['another agent put in', (good) => swapPayload(good, { agent: 'other' })],
    ['another purpose put in', (good) => swapPayload(good, { purpose: 'report' })],
    ['a later end put in', (good) => swapPayload(good, { exp: 4_000_000_000 })],
    ['one from another key-encryption key', async () => (await tokensOf(8)).sign(CLAIMS, 60)],
    ['one from a key for another purpose', async () => (await tokensOf(7, 'page tokens')).sign(CLAIMS, 60)],
    ['one to report with', async () => (await tokensOf()).sign({ ...CLAIMS, purpose: 'report' }, 60)],
    ['an expired one', async () => (await tokensOf()).sign(CLAIMS, -2)],
  ])('%s', async (_what, make) => {
    const tokens = await tokensOf();
    const error = await refusalOf(tokens.verify(await make(await tokens.sign(CLAIMS, 60)), 'dial'));
    expect(error).toBeInstanceOf(StatusError);
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'AGENT_TOKEN_REFUSED', fault: 'agent' });
  });

  test('twin: a reader that does not check the signature takes what was put in', async () => {
    const good = await (await tokensOf()).sign(CLAIMS, 60);
    expect(decodeJwt(swapPayload(good, { attempt: 3 }))).toMatchObject({ attempt: 3 });
  });
});

test('a token is good until its end and not after it', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  const tokens = await tokensOf();
  const token = await tokens.sign(CLAIMS, 60);
  jest.setSystemTime(Date.now() + 59_000);
  expect(await tokens.verify(token, 'dial')).toEqual(CLAIMS);
  jest.setSystemTime(Date.now() + 3_000);
  expect(await refusalOf(tokens.verify(token, 'dial'))).toMatchObject({ message: expect.stringContaining('expired') });
});

test('a token that has ended is good for following, for as long as a call may last, and for nothing else', async () => {
  const tokens = await tokensOf();
  expect(await tokens.verify(await tokens.sign(CLAIMS, -4 * 3_600), 'dial', 'follow')).toEqual(CLAIMS);
  const ended = await tokens.sign({ ...CLAIMS, purpose: 'report' }, -2);
  for (const token of [await tokens.sign(CLAIMS, -6 * 3_600), ended, `${ended.slice(0, -4)}AAAA`])
    expect(await refusalOf(tokens.verify(token, 'dial', 'follow'))).toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('tokens live as long as they are of use, and a little longer', () => {
  expect(dialTokenSeconds({ agentReadyMs: 20_000, claimWithinMs: 15_000 })).toBe(95);
  expect(reportTokenSeconds({ ringingTimeoutSeconds: 30, maxDurationSeconds: 3_600 })).toBe(3_930);
});

test('twin: by clocks that are ten minutes apart a token is refused, which is why all dispatchers share one', async () => {
  const key = await deriveSigningKey(await importKeyEncryptionKey(new Uint8Array(32).fill(7)), 'agent tokens');
  const token = await createAgentTokens(key, () => Date.now()).sign(CLAIMS, 60);
  const late = createAgentTokens(key, () => Date.now() + 600_000);
  expect(await refusalOf(late.verify(token, 'dial'))).toMatchObject({ reason: 'AGENT_TOKEN_REFUSED' });
});
