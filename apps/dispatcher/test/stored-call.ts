import { randomUUID } from 'node:crypto';

import { roomName } from '@dialplane/calls';
import type { Call, DialMode, FrozenTarget, NewAttempt, NewCall } from '@dialplane/calls';

import { NUMBER, TENANT } from './known-ids.ts';

export const TARGET: FrozenTarget = {
  livekitConfigId: '33333333-3333-4333-8333-333333333333',
  serverUrl: 'https://livekit.example.com',
  sipTrunkId: 'ST_test',
  agentName: 'front-desk',
  callerId: NUMBER,
  dialString: '0012125550199',
  callerIdString: '12125550123',
  sipHeaders: { 'X-Route': 'test' },
};

export function newCall(change: Partial<NewCall> = {}): NewCall {
  return {
    id: randomUUID(),
    initiatedBy: null,
    agentId: 'agent-7',
    fromNumber: NUMBER,
    toNumber: '+12125550199',
    purpose: null,
    source: 'database',
    snapshotVersion: '1.1',
    targets: [TARGET, TARGET],
    metadata: {},
    ringingTimeoutSeconds: 30,
    maxDurationSeconds: 600,
    onAgentLost: 'end',
    ...change,
  };
}

export function newAttempt(callId: string, dialMode: DialMode, number = 1): NewAttempt {
  return { number, targetIndex: number - 1, dialMode, room: roomName(callId, number) };
}

/** A call as it is read back when it was just accepted. */
export function storedCall(change: Partial<Call> = {}): Call {
  const call = newCall();
  return {
    ...call,
    tenantId: TENANT,
    state: 'accepted',
    reason: null,
    sipCode: null,
    hungUpBy: null,
    cancelledAt: null,
    permit: null,
    dialedAt: null,
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    createdAt: new Date(),
    updatedAt: new Date(),
    lastEvent: 1,
    attempts: [
      {
        ...newAttempt(call.id, 'claiming'),
        state: 'planned',
        reason: null,
        sipCode: null,
        target: TARGET,
        agentDispatchId: null,
        agentIdentity: null,
        dialRequestedBy: null,
        begunAt: new Date(),
        movedAt: new Date(),
      },
    ],
    ...change,
  };
}
