import { randomUUID } from 'node:crypto';

import type { Attempt, Call, FrozenTarget, NewCall } from '../index.ts';

const AT = new Date('2026-01-01T00:00:00Z');

export function exampleTarget(change: Partial<FrozenTarget> = {}): FrozenTarget {
  return {
    livekitConfigId: '33333333-3333-4333-8333-333333333333',
    serverUrl: 'https://livekit.example.com',
    sipTrunkId: 'ST_example',
    agentName: 'front-desk',
    callerId: '+12125550100',
    dialString: '0012125550199',
    callerIdString: '12125550100',
    sipHeaders: { 'X-Route': 'test' },
    ...change,
  };
}

/** As Dispatch writes it: with an id of its own, and a second target. */
export function exampleNewCall(change: Partial<NewCall> = {}): NewCall {
  return {
    id: randomUUID(),
    initiatedBy: null,
    agentId: 'agent-7',
    fromNumber: '+12125550100',
    toNumber: '+12125550199',
    purpose: null,
    source: 'database',
    snapshotVersion: 'epoch.1',
    targets: [exampleTarget(), exampleTarget()],
    metadata: {},
    ringingTimeoutSeconds: 30,
    maxDurationSeconds: 600,
    onAgentLost: 'end',
    ...change,
  };
}

/** The first, planned. */
export function exampleAttempt(change: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    state: 'planned',
    reason: null,
    sipCode: null,
    targetIndex: 0,
    target: exampleTarget(),
    dialMode: 'claiming',
    room: 'call-example',
    agentDispatchId: null,
    agentIdentity: null,
    dialRequestedBy: null,
    begunAt: AT,
    movedAt: AT,
    ...change,
  };
}

/** As it is read when it was just accepted. */
export function exampleCall(change: Partial<Call> = {}): Call {
  return {
    ...exampleNewCall(),
    tenantId: '11111111-1111-4111-8111-111111111111',
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
    createdAt: AT,
    updatedAt: AT,
    lastEvent: 1,
    attempts: [exampleAttempt()],
    ...change,
  };
}
