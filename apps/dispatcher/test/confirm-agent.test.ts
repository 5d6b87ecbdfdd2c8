import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, test } from '@jest/globals';
import { roomName } from '@dialplane/calls';
import type { AttemptMove, Call, CallRepository } from '@dialplane/calls';
import { createLiveKitClient } from '@dialplane/livekit';
import { createLogger } from '@dialplane/telemetry';

import { confirmAgent } from '../src/confirm-agent.ts';
import { FIRST_ATTEMPT } from '../src/open-room.ts';

const CALL: Call = {
  id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  tenantId: '11111111-1111-4111-8111-111111111111',
  initiatedBy: null,
  agentId: 'a',
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  source: 'database',
  snapshotVersion: '1.1',
  metadata: {},
  purpose: null,
  targets: [
    {
      livekitConfigId: null,
      serverUrl: '',
      sipTrunkId: 'ST_1',
      agentName: 'sales',
      callerId: '+12125550100',
      dialString: '+12125550199',
      callerIdString: '+12125550100',
      sipHeaders: {},
    },
  ],
  ringingTimeoutSeconds: 30,
  maxDurationSeconds: 60,
  state: 'in_progress',
  reason: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  attempts: [],
};
const ROOM = roomName(CALL.id, FIRST_ATTEMPT);
const AGENT = { identity: 'agent-AJ_1', kind: 'AGENT', attributes: { 'lk.agent_name': 'sales' } };

const listing = (...jobs: object[]) => ({
  agentDispatches: [{ id: 'AD_1', agentName: 'sales', room: ROOM, state: { jobs } }],
});

/** What becomes of a call whose deployment answers like this, and whether its room was deleted. */
async function outcomeOf(
  replies: Record<string, object | number>,
): Promise<{ move: AttemptMove | undefined; deleted: boolean }> {
  let deleted = false;
  const server = createServer((request, reply) => {
    const method = request.url?.split('/').at(-1) ?? '';
    if (method === 'DeleteRoom') deleted = true;
    const answer = replies[method] ?? {};
    if (typeof answer === 'number') reply.writeHead(answer).end();
    else reply.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let move: AttemptMove | undefined;
  const calls = {
    moveAttempt: async (_: string, __: string, ___: number, made: AttemptMove) => {
      move = made;
      return true;
    },
  } as unknown as CallRepository;
  const livekit = createLiveKitClient({ url, apiKey: 'key', apiSecret: 'x'.repeat(32) });
  await confirmAgent(
    { calls, agentReadyMs: 10, logger: createLogger({ service: 'test', level: 'silent' }) },
    livekit,
    CALL,
    new AbortController().signal,
  );
  server.closeAllConnections();
  server.close();
  return { move, deleted };
}

test('an agent of the right name in the room is the evidence', async () => {
  expect(await outcomeOf({ ListParticipants: { participants: [AGENT] } })).toEqual({
    move: { to: 'agent_ready' },
    deleted: false,
  });
});

test('a dispatch that is listed without any job, late enough, says that no agent will come', async () => {
  expect(await outcomeOf({ ListDispatch: listing() })).toEqual({
    move: { to: 'failed', reason: 'no_agent' },
    deleted: true,
  });
});

test.each<[string, Record<string, object | number>]>([
  ['a job that is listed: its agent may be dialling', { ListDispatch: listing({ id: 'AJ_1' }) }],
  ['a dispatch that is not listed, as after a restart of the server', { ListDispatch: {} }],
  ['a listing that fails', { ListDispatch: 503 }],
  [
    'an agent of another name in the room',
    { ListParticipants: { participants: [{ ...AGENT, attributes: { 'lk.agent_name': 'other' } }] }, ListDispatch: {} },
  ],
])('%s leaves the outcome unknown, and the room alone', async (_, replies) => {
  expect(await outcomeOf(replies)).toEqual({ move: { to: 'unknown', reason: 'outcome_unknown' }, deleted: false });
});
