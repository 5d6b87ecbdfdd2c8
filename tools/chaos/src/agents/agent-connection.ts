import { setTimeout as sleep } from 'node:timers/promises';

import { AgentCallsClient } from '@dialplane/contracts';
import { credentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

/** One connection for all agents of a process: 10,000 would run out of ports. */
const clients = new Map<string, AgentCallsClient>();
/** The longest pause before a dispatcher that was away is tried again; grpc-js's own is two minutes. */
const RECONNECT_MS = 1_000;
const ASK_AGAIN_AFTER_MS = 300;
const PASSING: readonly status[] = [
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
  status.CANCELLED,
  status.INTERNAL,
  status.UNKNOWN,
];

export function agentCallsAt(address: string): AgentCallsClient {
  const known = clients.get(address);
  if (known !== undefined) return known;
  const client = new AgentCallsClient(address, credentials.createInsecure(), {
    'grpc.max_reconnect_backoff_ms': RECONNECT_MS,
    'grpc.initial_reconnect_backoff_ms': 100,
  });
  clients.set(address, client);
  return client;
}

export function closeAgentConnections(): void {
  for (const client of clients.values()) client.close();
  clients.clear();
}

/** Asks again while the dispatcher is away: that is what an agent is to do. Rejects with a refusal. */
export async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!PASSING.includes((error as ServiceError).code)) throw error;
      await sleep(ASK_AGAIN_AFTER_MS, undefined, { signal });
    }
  }
}
