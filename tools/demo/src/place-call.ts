import { randomUUID } from 'node:crypto';

import { DispatcherClient, Purpose, WaitUntil } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import type { AgentWorker } from '@dialplane/real-parts';
import { credentials } from '@grpc/grpc-js';

import { ACME, AGENT, BASE_NUMBER, TO_NUMBER } from './demo-case.ts';

/** How long the sample agent gets to say what it would dial, in milliseconds. */
const SAYS_WITHIN_MS = 10_000;

/** Dispatches a call by its user alone, and shows where it went once the agent is in the room. */
export async function placeCall(dispatcherAddress: string, worker: AgentWorker): Promise<void> {
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
    'The agent says': await whatTheAgentSays(worker, reply.callLogId),
  };
  for (const [name, value] of Object.entries(lines)) console.log(`  ${name.padEnd(16)}${value}`);
}

async function whatTheAgentSays(worker: AgentWorker, callLogId: string): Promise<string> {
  for (const until = Date.now() + SAYS_WITHIN_MS; Date.now() < until;) {
    const line = worker
      .output()
      .split('\n')
      .find((text) => text.includes('would_dial') && text.includes(callLogId));
    if (line !== undefined) {
      const said = JSON.parse(line) as Record<string, string>;
      return `I would dial ${said.dial_number} from ${said.from_number} over ${said.sip_trunk_id}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(
    `The agent did not say what it would dial within ${SAYS_WITHIN_MS / 1000} s. Its output:\n${worker.output()}`,
  );
}
