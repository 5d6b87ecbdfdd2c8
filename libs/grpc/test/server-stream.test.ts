import { setTimeout as sleep } from 'node:timers/promises';

import { AgentCallsClient, AgentCallsService } from '@dialplane/contracts';
import type { PlaceDialRequest, PlaceDialResponse } from '@dialplane/contracts';
import { createLogger } from '@dialplane/telemetry';
import { credentials, status } from '@grpc/grpc-js';
import type { CallOptions, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';

import { readStatusDetails, serverStream, startServer, StatusError, unary } from '../src/index.ts';
import type { RunningServer, ServerStreamHandler } from '../src/index.ts';
import { gate } from './serve.ts';

type Handler = ServerStreamHandler<PlaceDialRequest, PlaceDialResponse>;

/** Longer than any stream here takes. */
const LONG_MS = 10_000;
const REQUEST: PlaceDialRequest = { token: 'token', jobId: 'AJ_1' };

const message = (participantIdentity: string): PlaceDialResponse => ({
  state: 'ATTEMPT_STATE_RINGING',
  reason: 'CALL_REASON_UNSPECIFIED',
  sipCode: 0,
  hungUpBy: 'HUNG_UP_BY_UNSPECIFIED',
  participantIdentity,
});

const running: { server: RunningServer; client: AgentCallsClient }[] = [];
afterEach(async () => {
  for (const { server, client } of running.splice(0)) {
    client.close();
    await server.drain(0);
  }
});

async function serve(handler: Handler) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): number => lines.push(JSON.parse(line) as Record<string, unknown>);
  const never = unary<unknown, never>(() => {
    throw new Error('This method is not served here.');
  });
  const server = await startServer({
    listen: '127.0.0.1:0',
    services: [
      {
        definition: AgentCallsService,
        implementation: { placeDial: serverStream(handler), claimDial: never, reportDial: never },
      },
    ],
    logger: createLogger({ service: 'test', level: 'debug', destination: { write } }),
  });
  const client = new AgentCallsClient(server.address, credentials.createInsecure());
  running.push({ server, client });
  const open = (options: Partial<CallOptions> = {}) => client.placeDial(REQUEST, options);
  return { server, open, lines };
}

/** All that a stream brings. */
function readAll(stream: ClientReadableStream<PlaceDialResponse>) {
  const identities: string[] = [];
  return new Promise<{ identities: string[]; code: string | undefined; reason: string | undefined }>((resolve) => {
    stream.on('data', ({ participantIdentity }: PlaceDialResponse) => identities.push(participantIdentity));
    stream.on('end', () => resolve({ identities, code: 'OK', reason: undefined }));
    stream.on('error', (error: ServiceError) =>
      resolve({ identities, code: status[error.code], reason: readStatusDetails(error).reason }),
    );
  });
}

const refusal = new StatusError({
  code: 'FAILED_PRECONDITION',
  reason: 'ATTEMPT_REVOKED',
  message: 'No.',
  fault: 'agent',
  retryable: false,
  hint: 'Leave.',
});

describe('a server stream', () => {
  test('brings every message in order, and ends well', async () => {
    const { open } = await serve(async function* ({ jobId }) {
      for (let at = 0; at < 100; at++) yield message(`${jobId}-${at}`);
    });
    const identities = Array.from({ length: 100 }, (_, at) => `AJ_1-${at}`);
    expect(await readAll(open())).toEqual({ identities, code: 'OK', reason: undefined });
  });

  test('may bring nothing', async () => {
    const { open } = await serve(async function* () {});
    expect(await readAll(open())).toEqual({ identities: [], code: 'OK', reason: undefined });
  });

  test.each([0, 3])('tells why it is refused after %s messages', async (count) => {
    const { open } = await serve(async function* () {
      for (let at = 0; at < count; at++) yield message(String(at));
      throw refusal;
    });
    expect(await readAll(open())).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'ATTEMPT_REVOKED' });
  });

  test('says no more than INTERNAL of what nobody foresaw, and logs it', async () => {
    const { open, lines } = await serve(async function* () {
      yield message('1');
      throw new Error('the secret is 42');
    });
    expect(await readAll(open())).toEqual({ identities: ['1'], code: 'INTERNAL', reason: 'INTERNAL' });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'error', msg: expect.stringContaining('foresaw') }));
  });

  /** Sends one message and then waits for the signal; `left` resolves when it has been let go. */
  function waiting() {
    const left = gate();
    const handler: Handler = async function* (_request, { signal }) {
      try {
        yield message('first');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      } finally {
        left.resolve();
      }
    };
    return { handler, left };
  }

  test('is let go when the caller hangs up', async () => {
    const { handler, left } = waiting();
    const { open } = await serve(handler);
    const stream = open();
    const all = readAll(stream);
    stream.once('data', () => stream.cancel());
    await left.promise;
    expect(await all).toMatchObject({ code: 'CANCELLED' });
  });

  test('is let go when the deadline passes', async () => {
    const { handler, left } = waiting();
    const { open } = await serve(handler);
    const all = readAll(open({ deadline: Date.now() + 200 }));
    await left.promise;
    expect(await all).toMatchObject({ identities: ['first'], code: 'DEADLINE_EXCEEDED' });
  });

  test('is not begun after its deadline', async () => {
    const { handler } = waiting();
    const { open } = await serve(handler);
    expect(await readAll(open({ deadline: Date.now() - 1 }))).toMatchObject({
      identities: [],
      code: 'DEADLINE_EXCEEDED',
    });
  });

  test('is ended by a drain, which it does not hold up', async () => {
    const { handler, left } = waiting();
    const { open, server, lines } = await serve(handler);
    const stream = open();
    const all = readAll(stream);
    await new Promise((resolve) => stream.once('data', resolve));
    await server.drain(LONG_MS);
    await left.promise;
    expect(await all).toMatchObject({ identities: ['first'], code: 'UNAVAILABLE' });
    expect(lines).not.toContainEqual(expect.objectContaining({ msg: expect.stringContaining('cut off') }));
  });

  test('for a caller that does not read, no message is made; and its hanging up is noticed', async () => {
    let made = 0;
    const left = gate();
    const { open } = await serve(async function* () {
      try {
        for (; made < 1_000; made++) yield message('x'.repeat(64 * 1024));
      } finally {
        left.resolve();
      }
    });
    const stream = open();
    stream.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      stream.once('data', () => {
        stream.pause();
        resolve();
      });
    });
    // Until nothing more fits into the connection.
    for (let before = -1; before !== made;) {
      before = made;
      await sleep(500);
    }
    expect(made).toBeLessThan(200);
    stream.cancel();
    await left.promise;
  });
});
