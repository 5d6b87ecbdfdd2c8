import { connect } from 'node:http2';

import { RejectionReason, RouteCallRequest } from '@dialplane/contracts';
import type { RouteCallResponse } from '@dialplane/contracts';
import { status } from '@grpc/grpc-js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';

import { invalidArgument, StatusError, unary } from '../src/index.ts';
import type { StatusErrorInit } from '../src/index.ts';
import { gate, REQUEST, RESPONSE, serve } from './serve.ts';
import type { RouteCall, Served, ServeOptions } from './serve.ts';

const running: Served[] = [];
afterEach(() => Promise.all(running.splice(0).map((served) => served.stop())));

async function served(handler: RouteCall, options?: ServeOptions): Promise<Served> {
  const started = await serve(handler, options);
  running.push(started);
  return started;
}

const throwing =
  (error: unknown): RouteCall =>
  async () => {
    throw error;
  };

const REFUSAL: StatusErrorInit = {
  code: 'FAILED_PRECONDITION',
  reason: 'NO_AGENT',
  message: 'There is no room.',
  fault: 'deployment',
  retryable: true,
  hint: 'Make room.',
};

describe('what a handler throws reaches the caller as', () => {
  test('a status with reason, fault, hint and whether to ask again', async () => {
    const { failure } = await served(throwing(new StatusError({ ...REFUSAL, metadata: { call_log_id: 'x' } })));
    expect(await failure()).toEqual({
      code: 'FAILED_PRECONDITION',
      message: 'There is no room.',
      reason: 'NO_AGENT',
      fault: 'deployment',
      retryable: true,
      hint: 'Make room.',
      metadata: { call_log_id: 'x' },
    });
  });

  test.each(Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== 'OK'))(
    '%s when it says so',
    async (code) => {
      const { failure } = await served(
        throwing(new StatusError({ ...REFUSAL, code: code as StatusErrorInit['code'] })),
      );
      expect(await failure()).toMatchObject({ code, reason: 'NO_AGENT' });
    },
  );

  test('INVALID_ARGUMENT with every violation', async () => {
    const violations = [
      { field: 'from_number', description: 'is empty' },
      { field: 'to_number', description: 'holds letters' },
    ];
    const { failure } = await served(throwing(invalidArgument(violations)));
    expect(await failure()).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'from_number: is empty; to_number: holds letters',
      reason: 'INVALID_REQUEST',
      fault: 'caller',
      retryable: false,
      violations,
    });
  });

  test('a Rejection when it carries one', async () => {
    const rejection = {
      reason: RejectionReason.NUMBER_NOT_FOUND,
      fault: 'FAULT_TENANT_CONFIGURATION' as const,
      message: 'no such number',
      hint: 'add it',
      tenantId: REQUEST.tenantId,
      snapshotVersion: '1.2',
    };
    const { failure } = await served(throwing(new StatusError({ ...REFUSAL, rejection })));
    expect(await failure()).toMatchObject({ code: 'FAILED_PRECONDITION', rejection });
  });

  test("what `translate` makes of an adapter's error", async () => {
    class DatabaseDown extends Error {}
    const translate = (error: unknown) =>
      error instanceof DatabaseDown ? new StatusError({ ...REFUSAL, code: 'UNAVAILABLE' }) : undefined;
    const { failure } = await served(throwing(new DatabaseDown('password authentication failed')), { translate });
    const failed = await failure();
    expect(failed).toMatchObject({ code: 'UNAVAILABLE', reason: 'NO_AGENT' });
    expect(JSON.stringify(failed)).not.toContain('password');
  });

  test.each([
    ['an Error', new Error('duplicate key in table voice_call_logs')],
    [
      'an Error with a gRPC code of its own',
      Object.assign(new Error('voice_call_logs'), { code: 5, details: 'voice_call_logs' }),
    ],
    ['a text', 'voice_call_logs'],
    ['nothing', undefined],
    ['null', null],
  ])('INTERNAL, with nothing of the cause, when it is %s; the cause is in the log', async (_name, thrown) => {
    const { failure, lines } = await served(throwing(thrown));
    const failed = await failure();
    expect(failed).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL', fault: 'dialplane', retryable: false });
    expect(JSON.stringify(failed)).not.toContain('voice_call_logs');
    if (thrown !== undefined && thrown !== null)
      expect(JSON.stringify(lines.filter(({ level }) => level === 'error'))).toContain('voice_call_logs');
  });

  test('twin: without `unary`, grpc-js sends the text of the cause to the caller', async () => {
    const plain: handleUnaryCall<RouteCallRequest, RouteCallResponse> = (_call, callback) =>
      callback(new Error('voice_call_logs'));
    const { failure } = await served(throwing(0), { plain });
    expect((await failure()).message).toContain('voice_call_logs');
  });

  test('INTERNAL when it is thrown before anything is awaited', async () => {
    const { failure } = await served(() => {
      throw new Error('at once');
    });
    expect(await failure()).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL' });
  });
});

describe('a message is sent that', () => {
  test.each([
    ['has line ends, NUL and other scripts', 'one\r\ntwo\0 ٠١ 電話 😀'],
    ['has per cent signs', '100% %41'],
  ])('%s', async (_name, message) => {
    const { failure } = await served(throwing(new StatusError({ ...REFUSAL, message, hint: message })));
    expect(await failure()).toMatchObject({ code: 'FAILED_PRECONDITION', message, hint: message });
  });

  test('has a lone surrogate, which no header can hold', async () => {
    const { failure } = await served(throwing(new StatusError({ ...REFUSAL, message: 'a\ud800b' })));
    expect(await failure()).toMatchObject({ code: 'FAILED_PRECONDITION', message: 'a\ufffdb' });
  });

  test('is too long for a header, cut off', async () => {
    const { failure } = await served(
      throwing(new StatusError({ ...REFUSAL, message: 'x'.repeat(100_000), hint: 'y'.repeat(100_000) })),
    );
    const { message, hint } = await failure();
    expect([message.length, hint?.length]).toEqual([512, 512]);
  });

  test('has too many details for a trailer, with the most important ones', async () => {
    const violations = Array.from({ length: 1_000 }, (_, index) => ({
      field: `field_${index}`,
      description: 'is wrong',
    }));
    const { failure } = await served(throwing(invalidArgument(violations)));
    const failed = await failure();
    expect(failed).toMatchObject({ code: 'INVALID_ARGUMENT', reason: 'INVALID_REQUEST', fault: 'caller' });
    expect(failed.violations).toBeUndefined();
  });
});

describe("a handler's signal", () => {
  test('is aborted when the caller cancels, and the handler may simply throw', async () => {
    const [started, aborted] = [gate(), gate<string>()];
    const { client, lines } = await served(async (_request, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve((signal.reason as Error).message));
      started.resolve();
      await aborted.promise;
      signal.throwIfAborted();
      return RESPONSE;
    });
    const call = client.routeCall(REQUEST, () => undefined);
    await started.promise;
    call.cancel();
    expect(await aborted.promise).toContain('RouteCall');
    await untilLogged(lines, 'CANCELLED');
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('is aborted when the caller hangs up', async () => {
    const [started, aborted] = [gate(), gate()];
    const { client } = await served(async (_request, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve());
      started.resolve();
      await aborted.promise;
      return RESPONSE;
    });
    const raw = connect(`http://${client.getChannel().getTarget().replace(/^dns:/, '')}`);
    raw.on('error', () => undefined);
    void sendRaw(raw, {}, REQUEST);
    await started.promise;
    raw.destroy();
    await aborted.promise;
  });

  test('is aborted when the deadline passes', async () => {
    const aborted = gate();
    let seen: Date | undefined;
    const { failure } = await served(async (_request, { signal, deadline }) => {
      seen = deadline;
      signal.addEventListener('abort', () => aborted.resolve());
      await aborted.promise;
      return RESPONSE;
    });
    const deadline = new Date(Date.now() + 200);
    expect(await failure({}, { deadline })).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await aborted.promise;
    expect(seen).toBeInstanceOf(Date);
  });

  test('is not aborted by the end of the call, which grpc-js reports as a cancellation as well', async () => {
    const signals: AbortSignal[] = [];
    const { routeCall } = await served(async (_request, { signal, deadline }) => {
      expect(deadline).toBeUndefined();
      signals.push(signal);
      return RESPONSE;
    });
    await routeCall();
    await routeCall();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });
});

describe('a call whose deadline has passed when it arrives', () => {
  const passed = { 'grpc-timeout': '0n' };

  test('is refused without running the handler', async () => {
    let ran = false;
    const { server, lines } = await served(async () => {
      ran = true;
      return RESPONSE;
    });
    const raw = connect(`http://${server.address}`);
    const trailers = await sendRaw(raw, passed, REQUEST);
    raw.destroy();
    expect(trailers).toMatchObject({
      'grpc-status': String(status.DEADLINE_EXCEEDED),
      'grpc-status-details-bin': expect.any(String),
    });
    expect(ran).toBe(false);
    expect(lines).toMatchObject([{ status: 'DEADLINE_EXCEEDED' }]);
  });

  test('twin: without `unary`, its handler runs', async () => {
    let ran = 0;
    const plain: handleUnaryCall<RouteCallRequest, RouteCallResponse> = (_call, callback) =>
      callback(null, (ran++, RESPONSE));
    const { server } = await served(throwing(0), { plain });
    const raw = connect(`http://${server.address}`);
    // grpc-js's own timer may win now and then.
    for (let round = 0; ran === 0 && round < 200; round++) await sendRaw(raw, passed, REQUEST);
    raw.destroy();
    expect(ran).toBeGreaterThan(0);
  });
});

describe('the log of a call', () => {
  test('is one line with method, status and duration', async () => {
    const { routeCall, lines } = await served(async () => RESPONSE);
    await routeCall();
    expect(lines).toMatchObject([
      {
        level: 'debug',
        method: '/dialplane.v1.Router/RouteCall',
        status: 'OK',
        durationMs: expect.any(Number),
        msg: 'call',
      },
    ]);
  });

  test('says what was refused, without personal data', async () => {
    const { failure, lines } = await served(
      throwing(invalidArgument([{ field: 'from_number', description: '+12125550100 is unknown' }])),
    );
    await failure();
    expect(lines).toMatchObject([
      { level: 'info', status: 'INVALID_ARGUMENT', details: 'from_number: …00 is unknown' },
    ]);
  });

  test('has no line above debug of a refusal that it tells of otherwise', async () => {
    const { failure, lines } = await served(
      throwing(
        new StatusError({
          code: 'UNAVAILABLE',
          reason: 'SNAPSHOT_EXPIRED',
          message: 'Too old.',
          fault: 'dialplane',
          retryable: true,
          hint: '',
          isTold: true,
        }),
      ),
    );
    expect(await failure()).toMatchObject({ code: 'UNAVAILABLE', reason: 'SNAPSHOT_EXPIRED' });
    expect(lines).toMatchObject([{ level: 'debug', status: 'UNAVAILABLE' }]);
  });

  test("has the cause of what is our own fault, and the handler's lines name the method", async () => {
    const cause = new Error('connection refused');
    const { failure, lines } = await served(async (_request, { logger }) => {
      logger.info('looking');
      throw new StatusError({ ...REFUSAL, fault: 'dialplane', cause });
    });
    await failure();
    expect(lines).toMatchObject([
      { msg: 'looking', method: '/dialplane.v1.Router/RouteCall' },
      { level: 'warn', reason: 'NO_AGENT', err: { cause: { message: 'connection refused' } } },
      { level: 'info', status: 'FAILED_PRECONDITION' },
    ]);
  });
});

describe('a call that does not hold one message', () => {
  test.each([
    ['none', 0],
    ['two', 2],
  ])('but %s is UNIMPLEMENTED, and no handler runs', async (_name, messages) => {
    let ran = 0;
    const { server } = await served(() => (ran++, RESPONSE));
    const raw = connect(`http://${server.address}`);
    expect(await sendRaw(raw, {}, REQUEST, messages)).toMatchObject({ 'grpc-status': String(status.UNIMPLEMENTED) });
    raw.destroy();
    expect(ran).toBe(0);
  });
});

test('a handler may answer at once, or throw', async () => {
  const { routeCall } = await served(() => RESPONSE);
  expect(await routeCall()).toEqual(RESPONSE);
  const { failure } = await served(() => {
    throw invalidArgument([{ field: 'from_number', description: 'is empty' }]);
  });
  expect(await failure()).toMatchObject({ code: 'INVALID_ARGUMENT' });
});

test('a signal that is first asked for after the caller has gone is aborted', async () => {
  const [started, gone, seen] = [gate(), gate(), gate<boolean>()];
  const { client, lines } = await served(async (_request, context) => {
    started.resolve();
    await gone.promise;
    seen.resolve(context.signal.aborted);
    return RESPONSE;
  });
  const call = client.routeCall(REQUEST, () => undefined);
  await started.promise;
  call.cancel();
  await untilLogged(lines, 'CANCELLED');
  gone.resolve();
  expect(await seen.promise).toBe(true);
});

test('a method made by unary() says that only startServer() serves it', () => {
  const method = unary(async () => RESPONSE) as unknown as () => void;
  expect(() => method()).toThrow(/startServer/);
});

async function untilLogged(lines: Served['lines'], code: string): Promise<void> {
  while (!lines.some((line) => line['status'] === code)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A request as no grpc-js client would send it; gives the trailers. */
function sendRaw(
  session: ReturnType<typeof connect>,
  headers: Record<string, string>,
  request: RouteCallRequest,
  messages = 1,
) {
  return new Promise<Record<string, unknown>>((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/dialplane.v1.Router/RouteCall',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    let last: Record<string, unknown> = {};
    stream.on('response', (received: Record<string, unknown>) => (last = received));
    stream.on('trailers', (received: Record<string, unknown>) => (last = received));
    stream.on('close', () => resolve(last));
    stream.on('error', reject);
    stream.resume();
    const message = RouteCallRequest.encode(request).finish();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat(Array.from({ length: messages }, () => [prefix, message]).flat()));
  }).catch(() => ({}));
}
