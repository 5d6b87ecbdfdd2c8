import { connect } from 'node:http2';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RouteCallsRequest, RouterService } from '@dialplane/contracts';
import type { RouteCallRequest, RouteCallsResponse } from '@dialplane/contracts';
import { readRpcStatus } from '@dialplane/grpc';
import type { ServiceError } from '@grpc/grpc-js';

import { createCase, id, NUMBER, TENANT } from './case.ts';
import type { Case } from './case.ts';
import { failureOf, REQUEST, startAsked } from './start-router.ts';
import type { Asked } from './start-router.ts';

let data: Case;
let asked: Asked;

beforeAll(async () => {
  data = await createCase();
  asked = await startAsked(data);
});

afterAll(async () => {
  await asked.stop();
  await data.drop();
});

type Item = RouteCallsRequest['requests'][number];
const item = (itemId: string, change: Partial<RouteCallRequest> = {}): Item => ({
  id: itemId,
  request: { ...REQUEST, ...change },
});

/** Sends messages and reads every reply; rejects with what ends the stream. */
function ask(messages: readonly (readonly Item[])[]): Promise<RouteCallsResponse[]> {
  return new Promise((resolve, reject) => {
    const stream = asked.client.routeCalls();
    const replies: RouteCallsResponse[] = [];
    stream.on('data', (reply: RouteCallsResponse) => replies.push(reply));
    stream.on('error', (error: ServiceError) => reject(error));
    stream.on('end', () => resolve(replies));
    for (const requests of messages) stream.write({ requests });
    stream.end();
  });
}

const fieldsOf = (outcome: RouteCallsResponse['results'][number]['outcome']) =>
  outcome?.$case === 'error' ? readRpcStatus(outcome.value).violations?.map(({ field }) => field) : undefined;

describe('a stream of batches', () => {
  test('is answered message by message and item by item, in order, each under its id', async () => {
    const ids = (message: number) => Array.from({ length: 1_000 }, (_, index) => `${message}/${index}`);
    const messages = [1, 2, 3].map((message) => ids(message).map((itemId) => item(itemId)));
    const replies = await ask(messages);
    expect(replies.map(({ results }) => results.map((result) => result.id))).toEqual([ids(1), ids(2), ids(3)]);
    const unary = await asked.route();
    for (const { results } of replies) {
      for (const { outcome } of results)
        expect(outcome).toEqual({ $case: 'route', value: { ...unary, expiresAt: expect.any(Date) } });
      expect(
        new Set(results.map(({ outcome }) => outcome?.$case === 'route' && outcome.value.snapshotVersion)).size,
      ).toBe(1);
    }
  });

  test("gives each request RouteCall's answer: a route, a rejection, or its error, which harms no other", async () => {
    const conflict = { tenantId: id('2', '2') };
    const [reply] = await ask([
      [
        item('routed'),
        item('rejected', { initiatedBy: id('9', 'a') }),
        item('malformed', { fromNumber: 'x', toNumber: '' }),
        { id: 'missing', request: undefined },
        item('conflict', conflict),
        item('version', { minSnapshotVersion: 'yesterday' }),
        item(''),
      ],
    ]);
    const outcomes = reply?.results.map(({ outcome }) => outcome) ?? [];
    expect(outcomes.map((outcome) => outcome?.$case)).toEqual([
      'route',
      'rejection',
      'error',
      'error',
      'error',
      'error',
      'route',
    ]);
    expect(outcomes[1]).toMatchObject({ value: await asked.rejection({ initiatedBy: id('9', 'a') }) });
    expect(outcomes.slice(2, 6).map(fieldsOf)).toEqual([
      ['from_number', 'to_number'],
      ['request'],
      ['tenant_id'],
      ['min_snapshot_version'],
    ]);
    const { code, ...unary } = await asked.failure(conflict);
    expect(code).toBe('INVALID_ARGUMENT');
    const [error] = outcomes.slice(4, 5);
    expect(error?.$case === 'error' && { ...readRpcStatus(error.value), code: error.value.code }).toEqual({
      ...unary,
      code: 3,
    });
  });

  test.each<[string, Item[], string]>([
    ['no request', [], 'requests'],
    ['1,001 requests', Array.from({ length: 1_001 }, () => item('')), 'requests'],
    ['an id of 65 bytes', [item('good'), item('x'.repeat(65))], 'requests[1].id'],
    ['an id of 64 characters in 128 bytes', [item('ü'.repeat(64))], 'requests[0].id'],
  ])('with %s in a message is ended with INVALID_ARGUMENT; messages before it are answered', async (_, bad, field) => {
    expect(await failureOf(ask([[item('before')], bad, [item('after')]]))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'INVALID_REQUEST',
      violations: [{ field }],
    });
  });

  test('takes 1,000 requests with every field as long as it may be', async () => {
    const requests = Array.from({ length: 1_000 }, (_, index) =>
      item(String(index).padStart(64, '0'), {
        tenantId: TENANT,
        agentId: 'a'.repeat(128),
        purpose: 'PURPOSE_TRANSACTIONAL',
        routingKey: 'k'.repeat(255),
        minSnapshotVersion: 'e'.repeat(64) + '.' + '1'.repeat(15),
        fromNumber: NUMBER,
      }),
    );
    expect(RouteCallsRequest.encode({ requests }).finish().length).toBeGreaterThan(256 * 1024);
    const [reply] = await ask([requests]);
    expect(new Set(reply?.results.map(({ outcome }) => outcome?.$case))).toEqual(new Set(['error']));
  });
});

describe('min_snapshot_version in a batch', () => {
  test('is waited for, and the whole message is decided on what came', async () => {
    const before = await asked.route();
    const [epoch, version] = before.snapshotVersion.split('.');
    const waiting = ask([[item('any'), item('next', { minSnapshotVersion: `${epoch}.${Number(version) + 1}` })]]);
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_moved'");
    const [reply] = await waiting;
    for (const { outcome } of reply?.results ?? [])
      expect(outcome).toMatchObject({ value: { targets: [{ sipTrunkId: 'ST_moved' }] } });
    expect(reply?.results).toHaveLength(2);
    await data.sql("UPDATE $schema.voice_agent_livekit SET trunk_id = 'ST_uae'");
  });

  test('of another epoch is an error of its item alone, at once', async () => {
    const [reply] = await ask([[item('any'), item('elsewhere', { minSnapshotVersion: 'elsewhere.1' })]]);
    const [routed, tooOld] = reply?.results.map(({ outcome }) => outcome) ?? [];
    expect(routed?.$case).toBe('route');
    expect(tooOld?.$case === 'error' && readRpcStatus(tooOld.value)).toMatchObject({
      reason: 'SNAPSHOT_TOO_OLD',
      retryable: false,
      metadata: { min_snapshot_version: 'elsewhere.1' },
    });
  });
});

test('a client that never reads its replies does not make the router work for it, nor others wait', async () => {
  const session = connect(`http://${asked.router.address}`, { maxSessionMemory: 1_000 });
  const stream = session.request({
    ':method': 'POST',
    ':path': RouterService.routeCalls.path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => undefined);
  const body = RouteCallsRequest.encode({ requests: Array.from({ length: 1_000 }, () => item('')) }).finish();
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  // 200 such messages would be 60 MB of replies.
  const message = Buffer.concat([prefix, body]);
  for (let sent = 0; sent < 200; sent++) stream.write(message);
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (let call = 0; call < 50; call++) expect((await asked.route()).tenantId).toBe(TENANT);
  const { user } = process.cpuUsage(before);
  // 200,000 decisions would take a second and more; HTTP/2's window holds a part of one message.
  expect(user / 1e6).toBeLessThan(10);
  expect(stream.writableLength).toBeGreaterThan(100 * message.length);
  session.destroy();
});
