import { randomUUID } from 'node:crypto';

import type { DispatchRequest } from '@dialplane/contracts';

import { NUMBER, USER } from './known-ids.ts';

export function dispatchRequest(change: Partial<DispatchRequest> = {}): DispatchRequest {
  return {
    idempotencyKey: randomUUID(),
    initiatedBy: USER,
    tenantId: '',
    fromNumber: NUMBER,
    toNumber: '+12125550199',
    agentId: 'agent-7',
    purpose: 'PURPOSE_UNSPECIFIED',
    minSnapshotVersion: '',
    metadata: '',
    ringingTimeout: undefined,
    maxDuration: undefined,
    waitUntil: 'WAIT_UNTIL_UNSPECIFIED',
    onAgentLost: 'ON_AGENT_LOST_UNSPECIFIED',
    ...change,
  };
}
