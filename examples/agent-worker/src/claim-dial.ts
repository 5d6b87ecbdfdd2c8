import { randomUUID } from 'node:crypto';

import { Metadata, type ServiceError } from '@grpc/grpc-js';
import type { AgentCallsClient, ClaimDialResponse } from '@dialplane/contracts';

import { isRefusal, type Asker } from './agent-calls.ts';
import { wait } from './wait.ts';

export type Claim =
  /** This job holds the call's one permit: dial, once, exactly so. */
  | { readonly kind: 'granted'; readonly permit: ClaimDialResponse }
  /** Somebody else dials, or nobody: leave the room, and leave it standing. */
  | { readonly kind: 'refused'; readonly why: string };

const TRY_MS = 5_000;
const PAUSE_MS = 250;

/**
 * Asks for the permit. An answer that got lost is asked for again with the same nonce, which gets the same answer;
 * after `withinMs` milliseconds without any the claim counts as refused.
 */
export async function claimDial(
  client: AgentCallsClient,
  asker: Asker,
  signal: AbortSignal,
  withinMs = 20_000,
): Promise<Claim> {
  const nonce = randomUUID();
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask(client, { ...asker, nonce });
    if (answer.kind !== 'no_answer') return answer;
    if (signal.aborted || Date.now() > deadline) return { kind: 'refused', why: answer.why };
    await wait(PAUSE_MS, signal);
  }
}

function ask(
  client: AgentCallsClient,
  request: Asker & { nonce: string },
): Promise<Claim | { kind: 'no_answer'; why: string }> {
  return new Promise((resolve) => {
    const options = { deadline: Date.now() + TRY_MS };
    const answer = (error: ServiceError | null, permit: ClaimDialResponse) => {
      if (error === null) resolve({ kind: 'granted', permit });
      else resolve({ kind: isRefusal(error) ? 'refused' : 'no_answer', why: error.details });
    };
    client.claimDial(request, new Metadata(), options, answer);
  });
}
