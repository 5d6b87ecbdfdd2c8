import { randomUUID } from 'node:crypto';

import { callUnary } from '@dialplane/grpc';
import type { ListCallsRequest, WatchCallRequest } from '@dialplane/contracts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { follow, startCallService, until } from './call-service.ts';
import type { AcceptedCall, CallService } from './call-service.ts';
import { failureOf } from './failure-of.ts';
import { NUMBER, OTHER_TENANT, OTHER_USER, TENANT, USER } from './known-ids.ts';
import { newAttempt } from './stored-call.ts';

let service: CallService;
beforeAll(async () => {
  service = await startCallService();
});
afterAll(() => service.stop());

const own = { initiatedBy: USER, tenantId: '' };
const name = (callLogId: string, caller = own) => ({ callLogId, ...caller });
const get = (callLogId: string) => callUnary(service.dispatcher.getCall.bind(service.dispatcher), name(callLogId));
const cancel = (callLogId: string, caller = own) =>
  callUnary(service.dispatcher.cancelCall.bind(service.dispatcher), name(callLogId, caller));
const list = (change: Partial<ListCallsRequest> = {}) =>
  callUnary(service.dispatcher.listCalls.bind(service.dispatcher), { ...LIST, ...change });
const watch = (callLogId: string, change: Partial<WatchCallRequest> = {}) =>
  follow(service.dispatcher.watchCall({ ...name(callLogId), afterEvent: 0, ...change }));

const LIST: ListCallsRequest = {
  ...own,
  states: [],
  toNumber: '',
  fromNumber: '',
  createdFrom: undefined,
  createdBefore: undefined,
  pageSize: 0,
  pageToken: '',
};

/** Carries a call to its end: refused with a SIP code, or answered. */
async function toEnd({ call, lease, move }: AcceptedCall, end: 'busy' | 'answered' = 'busy'): Promise<void> {
  const evidence = 'test';
  await move({ to: 'room_ready', agentDispatchId: 'AD_1', evidence });
  await move({ to: 'agent_ready', agentIdentity: 'agent-AJ_1', evidence });
  await service.calls.grantPermit(lease.tenantId, call.id, 1, { holder: 'dispatcher', nonce: null, lease });
  await move({ to: 'dialing', evidence });
  await move({ to: 'ringing', evidence });
  if (end === 'busy') return move({ to: 'failed', reason: 'busy', sipCode: 486, isLast: true, evidence });
  await move({ to: 'answered', evidence });
  await move({ to: 'ended', reason: null, hungUpBy: 'callee', evidence });
}

const KINDS = ['accepted', 'room_ready', 'agent_ready', 'permitted', 'dialing', 'ringing'];

describe('GetCall', () => {
  test('tells what happened, when, and who hung up', async () => {
    const accepted = await service.accept('dispatcher', { initiatedBy: USER });
    await toEnd(accepted, 'answered');
    const { call, events } = await get(accepted.call.id);
    expect(call).toMatchObject({
      state: 'CALL_STATE_ENDED',
      initiatedBy: USER,
      hungUpBy: 'HUNG_UP_BY_CALLEE',
      dialedAt: expect.any(Date),
      ringingAt: expect.any(Date),
      answeredAt: expect.any(Date),
      endedAt: expect.any(Date),
      postDialDelay: expect.any(Object),
      ringTime: expect.any(Object),
      talkTime: expect.any(Object),
      attempts: [{ number: 1, state: 'ATTEMPT_STATE_ENDED', dialMode: 'dispatcher', agentDispatchId: 'AD_1' }],
    });
    expect(events.map(({ kind }) => kind)).toEqual([...KINDS, 'answered', 'ended']);
    expect(events.map(({ number }) => number)).toEqual(events.map((_, at) => at + 1));
  });

  test('tells the reason and the SIP code', async () => {
    const accepted = await service.accept('dispatcher');
    await toEnd(accepted);
    const { call, events } = await get(accepted.call.id);
    expect(call).toMatchObject({ state: 'CALL_STATE_FAILED', reason: 'CALL_REASON_BUSY', sipCode: 486 });
    expect(events.at(-1)).toMatchObject({ kind: 'failed', reason: 'CALL_REASON_BUSY', sipCode: 486, attempt: 1 });
  });
});

describe('WatchCall', () => {
  test('sends what happened, then what happens, and ends with the call', async () => {
    const accepted = await service.accept('dispatcher');
    const watched = watch(accepted.call.id);
    await until(() => watched.messages.length === 1);
    await toEnd(accepted);
    await watched.ended;
    expect(watched.messages.map(({ event }) => event?.kind)).toEqual([...KINDS, 'failed']);
    expect(watched.messages.map(({ isOver }) => isOver)).toEqual([...KINDS.map(() => false), true]);
    expect(watched.messages.at(-1)).toMatchObject({ state: 'CALL_STATE_FAILED', event: { sipCode: 486 } });
  });

  test('goes on after the event that the watcher has seen, wherever it was cut off', async () => {
    const accepted = await service.accept('dispatcher');
    const seen: number[] = [];
    const carried = toEnd(accepted, 'answered');
    for (let last = 0, isOver = false; !isOver;) {
      const part = watch(accepted.call.id, { afterEvent: last });
      await until(() => part.messages.length > 0);
      const [message] = part.messages;
      part.cancel();
      last = message?.event?.number ?? 0;
      isOver = message?.isOver ?? true;
      seen.push(last);
    }
    await carried;
    expect(seen).toEqual(Array.from({ length: KINDS.length + 2 }, (_, at) => at + 1));
  });

  test('of a call that is deleted meanwhile ends by NOT_FOUND', async () => {
    const { call } = await service.accept('dispatcher');
    const watched = watch(call.id);
    await until(() => watched.messages.length === 1);
    await service.sql('DELETE FROM $schema.voice_call_logs WHERE id = $1', [call.id]);
    expect(await failureOf(watched.ended)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of a call that is over sends the rest and ends; the last event alone says so', async () => {
    const accepted = await service.accept('dispatcher');
    await toEnd(accepted);
    const all = watch(accepted.call.id);
    await all.ended;
    expect(all.messages.map(({ isOver }) => isOver)).toEqual([...KINDS.map(() => false), true]);
    const rest = watch(accepted.call.id, { afterEvent: 6 });
    await rest.ended;
    expect(rest.messages.map(({ event }) => event?.number)).toEqual([7]);
    const nothing = watch(accepted.call.id, { afterEvent: 7 });
    await nothing.ended;
    expect(nothing.messages).toEqual([]);
  });

  test('waits for the SIP code that may still come', async () => {
    const accepted = await service.accept('dispatcher');
    const watched = watch(accepted.call.id);
    const { move } = accepted;
    await move({ to: 'failed', reason: 'no_answer', isLast: true, evidence: 'test' });
    await until(() => watched.messages.at(-1)?.isOver === true);
    await move({ to: 'failed', reason: 'busy', sipCode: 486, isLast: true, evidence: 'test' });
    await watched.ended;
    expect(watched.messages.slice(-2)).toMatchObject([
      { event: { kind: 'failed', reason: 'CALL_REASON_NO_ANSWER' }, isOver: true },
      { event: { kind: 'enriched', reason: 'CALL_REASON_BUSY', sipCode: 486 }, isOver: true },
    ]);
  });

  test('does not end where another target is tried', async () => {
    const { call, lease, move } = await service.accept('dispatcher');
    const watched = watch(call.id);
    await move({ to: 'failed', reason: 'no_agent', isLast: false, evidence: 'test' });
    expect(await service.calls.startAttempt(lease, newAttempt(call.id, 'dispatcher', 2))).toBe(true);
    await move({ to: 'failed', reason: 'no_agent', isLast: true, evidence: 'test' });
    await watched.ended;
    expect(watched.messages.map(({ event, isOver }) => [event?.kind, event?.attempt, isOver])).toEqual([
      ['accepted', 0, false],
      ['failed', 1, false],
      ['planned', 2, false],
      ['failed', 2, true],
    ]);
  });

  test('refuses an event that has not happened', async () => {
    const { call } = await service.accept('dispatcher');
    const failure = await failureOf(watch(call.id, { afterEvent: 2 }).ended);
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field: 'after_event' }] });
  });

  test('a hundred watchers are told the same', async () => {
    const { call, move } = await service.accept('dispatcher');
    const watched = Array.from({ length: 100 }, () => watch(call.id));
    await until(() => watched.every(({ messages }) => messages.length === 1));
    await move({ to: 'failed', reason: 'no_agent', isLast: true, evidence: 'test' });
    await Promise.all(watched.map(({ ended }) => ended));
    for (const { messages } of watched) expect(messages.map(({ event }) => event?.number)).toEqual([1, 2]);
  });
});

describe('CancelCall', () => {
  test('before the permit it is in time, and asked again says the same', async () => {
    const { call } = await service.accept('dispatcher');
    const first = await cancel(call.id);
    expect(first).toMatchObject({ outcome: 'CANCEL_OUTCOME_IN_TIME', call: { cancelledAt: expect.any(Date) } });
    expect(await cancel(call.id)).toMatchObject({
      outcome: 'CANCEL_OUTCOME_IN_TIME',
      call: { cancelledAt: first.call?.cancelledAt },
    });
    expect((await get(call.id)).events.map(({ kind }) => kind)).toEqual(['accepted', 'cancel_requested']);
    const claim = { holder: 'AJ_1', nonce: '12345678' };
    expect(await service.calls.grantPermit(TENANT, call.id, 1, claim)).toMatchObject({ kind: 'refused' });
  });

  test('after the permit the phone may have rung', async () => {
    const { call } = await service.accept('claiming');
    await service.calls.grantPermit(TENANT, call.id, 1, { holder: 'AJ_1', nonce: '12345678' });
    expect(await cancel(call.id)).toMatchObject({ outcome: 'CANCEL_OUTCOME_MAY_HAVE_RUNG' });
  });

  test('of an answered call it is the end', async () => {
    const { call, move, lease } = await service.accept('dispatcher');
    await service.calls.grantPermit(TENANT, call.id, 1, { holder: 'dispatcher', nonce: null, lease });
    await move({ to: 'answered', evidence: 'test' });
    expect(await cancel(call.id)).toMatchObject({ outcome: 'CANCEL_OUTCOME_ENDING' });
  });

  test('of a call that is over it changes nothing', async () => {
    const accepted = await service.accept('dispatcher');
    await toEnd(accepted);
    expect(await cancel(accepted.call.id)).toMatchObject({
      outcome: 'CANCEL_OUTCOME_WAS_OVER',
      call: { cancelledAt: undefined },
    });
  });

  test('whoever watches hears of it', async () => {
    const { call } = await service.accept('dispatcher');
    const watched = watch(call.id);
    await cancel(call.id);
    await until(() => watched.messages.some(({ event }) => event?.kind === 'cancel_requested'));
    watched.cancel();
  });
});

describe('no call is told, watched or cancelled', () => {
  const others = [
    ["another tenant's, by its user", { initiatedBy: OTHER_USER, tenantId: '' }],
    ["another tenant's, by its id", { initiatedBy: '', tenantId: OTHER_TENANT }],
    ["a user's who is not there", { initiatedBy: randomUUID(), tenantId: '' }],
  ] as const;

  test.each(others)('%s', async (_whose, caller) => {
    const { call } = await service.accept('dispatcher');
    const expected = { code: 'NOT_FOUND', reason: 'CALL_NOT_FOUND' };
    const { dispatcher } = service;
    const request = name(call.id, caller);
    expect(await failureOf(callUnary(dispatcher.getCall.bind(dispatcher), request))).toMatchObject(expected);
    expect(await failureOf(cancel(call.id, caller))).toMatchObject(expected);
    expect(await failureOf(watch(call.id, caller).ended)).toMatchObject(expected);
    expect((await get(call.id)).call?.cancelledAt).toBeUndefined();
  });

  test.each([
    ['no id', name('')],
    ['an id that is none', name('call-1')],
    ['no caller', name(randomUUID(), { initiatedBy: '', tenantId: '' })],
    ['two callers', name(randomUUID(), { initiatedBy: USER, tenantId: OTHER_TENANT })],
  ])('with %s', async (_what, request) => {
    const { dispatcher } = service;
    const expected = { code: 'INVALID_ARGUMENT', reason: 'INVALID_REQUEST' };
    expect(await failureOf(callUnary(dispatcher.getCall.bind(dispatcher), request))).toMatchObject(expected);
    expect(await failureOf(callUnary(dispatcher.cancelCall.bind(dispatcher), request))).toMatchObject(expected);
    expect(await failureOf(watch('', request).ended)).toMatchObject(expected);
  });
});

describe('ListCalls', () => {
  const LISTED = '33333333-3333-4333-8333-333333333333';
  const listed = { initiatedBy: '', tenantId: LISTED };
  let ids: string[];

  beforeAll(async () => {
    ids = [];
    for (let at = 0; at < 7; at++) {
      const toNumber = at % 2 === 0 ? '+12125550101' : '+12125550102';
      const { call, move } = await service.accept('dispatcher', { toNumber }, LISTED);
      if (at === 0) await move({ to: 'failed', reason: 'no_agent', isLast: true, evidence: 'test' });
      ids.unshift(call.id);
    }
  });

  async function pages(change: Partial<ListCallsRequest>): Promise<string[][]> {
    const found: string[][] = [];
    for (let pageToken = ''; ;) {
      const page = await list({ ...listed, ...change, pageToken });
      found.push(page.calls.map(({ callLogId }) => callLogId));
      pageToken = page.nextPageToken;
      if (pageToken === '') return found;
    }
  }

  test.each([
    [1, [1, 1, 1, 1, 1, 1, 1]],
    [3, [3, 3, 1]],
    [7, [7]],
    [0, [7]],
    [200, [7]],
  ])('brings each call once, newest first, %s a page', async (pageSize, sizes) => {
    const found = await pages({ pageSize });
    expect(found.map((page) => page.length)).toEqual(sizes);
    expect(found.flat()).toEqual(ids);
  });

  test('brings each call once though several were accepted in one millisecond', async () => {
    const moment = '2026-01-02T03:04:05.678';
    for (const [at, id] of ids.entries()) {
      const micros = String(900 - at * 100).padStart(3, '0');
      await service.sql('UPDATE $schema.voice_call_logs SET created_at = $1 WHERE id = $2', [
        `${moment}${micros}Z`,
        id,
      ]);
    }
    expect((await pages({ pageSize: 2 })).flat()).toEqual(ids);
  });

  test('a call that comes while pages are read moves none of the others', async () => {
    const first = await list({ ...listed, pageSize: 3 });
    const { call } = await service.accept('dispatcher', { toNumber: '+12125550109' }, LISTED);
    const second = await list({ ...listed, pageSize: 3, pageToken: first.nextPageToken });
    expect([...first.calls, ...second.calls].map(({ callLogId }) => callLogId)).toEqual(ids.slice(0, 6));
    await service.sql('DELETE FROM $schema.call_attempts WHERE call_id = $1', [call.id]);
    await service.sql('DELETE FROM $schema.voice_call_logs WHERE id = $1', [call.id]);
  });

  test.each<[what: string, filter: Partial<ListCallsRequest>, count: number]>([
    ['state', { states: ['CALL_STATE_FAILED'] }, 1],
    ['states', { states: ['CALL_STATE_ACCEPTED', 'CALL_STATE_FAILED'] }, 7],
    ['callee', { toNumber: '+12125550102' }, 3],
    ['caller id', { fromNumber: NUMBER }, 7],
    ['another caller id', { fromNumber: '+12125550100' }, 0],
    ['callee and state', { toNumber: '+12125550101', states: ['CALL_STATE_ACCEPTED'] }, 3],
    ['a time before', { createdBefore: new Date('2020-01-01') }, 0],
    ['a time from', { createdFrom: new Date('2020-01-01'), createdBefore: new Date('2100-01-01') }, 7],
  ])('filters by %s, on every page', async (_what, filter, count) => {
    expect((await pages({ ...filter, pageSize: 2 })).flat()).toHaveLength(count);
  });

  test("shows no other tenant's calls", async () => {
    const other = await list({ initiatedBy: OTHER_USER });
    expect(other).toEqual({ calls: [], nextPageToken: '' });
  });

  test.each<[what: string, change: (token: string) => Partial<ListCallsRequest>, field: string]>([
    ['a token for other filters', (pageToken) => ({ pageToken, toNumber: '+12125550102' }), 'page_token'],
    ["another tenant's token", (pageToken) => ({ pageToken, tenantId: TENANT }), 'page_token'],
    ['a token that is none', () => ({ pageToken: 'next' }), 'page_token'],
    ['a page that is too large', () => ({ pageSize: 201 }), 'page_size'],
    ['a number that is none', () => ({ toNumber: '12125550102' }), 'to_number'],
    ['a caller id that is none', () => ({ fromNumber: 'x' }), 'from_number'],
    ['a state that is none', () => ({ states: ['CALL_STATE_UNSPECIFIED'] }), 'states'],
    ['a year that is none', () => ({ createdFrom: new Date(8.64e15) }), 'created_from'],
    ['no caller', () => ({ tenantId: '' }), 'initiated_by'],
  ])('refuses %s', async (_what, change, field) => {
    const { nextPageToken } = await list({ ...listed, pageSize: 1 });
    const failure = await failureOf(list({ ...listed, pageSize: 1, ...change(nextPageToken) }));
    expect(failure).toMatchObject({ code: 'INVALID_ARGUMENT', violations: [{ field }] });
  });

  test('tells a user who is not there', async () => {
    const failure = await failureOf(list({ initiatedBy: randomUUID() }));
    expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'USER_NOT_FOUND' });
  });
});

test('a watcher waits while the database is away, and misses no event; who asks is told', async () => {
  const { call, move } = await service.accept('dispatcher');
  const watched = watch(call.id);
  await until(() => watched.messages.length === 1);
  const bringBack = await service.database.takeDown();
  expect(await failureOf(cancel(call.id))).toMatchObject({ code: 'UNAVAILABLE', reason: 'DATABASE_UNAVAILABLE' });
  await bringBack();
  await move({ to: 'room_ready', agentDispatchId: null, evidence: 'test' });
  await until(() => watched.messages.length === 2);
  watched.cancel();
});
