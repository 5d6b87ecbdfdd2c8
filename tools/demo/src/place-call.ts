import { randomUUID } from 'node:crypto';

import { DispatcherClient, OnAgentLost, Purpose, WaitUntil } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { credentials } from '@grpc/grpc-js';

import { ACME, AGENT, BASE_NUMBER, TO_NUMBER } from './demo-case.ts';

/** Dispatches a call by its user alone, and shows where it went once the agent is in the room; returns its id. */
export async function placeCall(dispatcherAddress: string): Promise<string> {
  const dispatcher = new DispatcherClient(dispatcherAddress, credentials.createInsecure());
  const reply = await callUnary(dispatcher.dispatch.bind(dispatcher), {
    idempotencyKey: `demo-${randomUUID()}`,
    initiatedBy: ACME.userId,
    tenantId: '',
    fromNumber: BASE_NUMBER,
    toNumber: TO_NUMBER,
    agentId: AGENT.id,
    purpose: Purpose.UNSPECIFIED,
    minSnapshotVersion: '',
    metadata: JSON.stringify({ greeting: 'Hello from the demo' }),
    ringingTimeout: undefined,
    maxDuration: undefined,
    waitUntil: WaitUntil.AGENT_READY,
    onAgentLost: OnAgentLost.UNSPECIFIED,
  });
  dispatcher.close();
  const lines = {
    Dispatched: 'yes, and the agent is in the room',
    'Started by': `user ${ACME.userId}, so for tenant ${ACME.name}`,
    Server: reply.serverUrl,
    Trunk: reply.sipTrunkId,
    Worker: reply.agentName,
    'Agent id': AGENT.id,
    'Call log id': reply.callLogId,
    Room: reply.room,
    'Dispatch id': reply.agentDispatchId,
  };
  for (const [name, value] of Object.entries(lines)) console.log(`  ${name.padEnd(16)}${value}`);
  return reply.callLogId;
}
