import { calleeIdentity } from '@dialplane/calls';
import type { CallRepository } from '@dialplane/calls';
import type { ClaimDialRequest, ClaimDialResponse } from '@dialplane/contracts';

import type { CallFeed } from '../call-feed.ts';
import { attemptRevoked } from './attempt-revoked.ts';
import type { AgentTokens } from './create-agent-tokens.ts';
import { findAttempt } from './find-attempt.ts';
import { reportTokenSeconds } from './token-lifetimes.ts';

const NONCE = /^[ -~]{8,64}$/;

export interface ClaimDialParts {
  readonly calls: Pick<CallRepository, 'get' | 'grantPermit'>;
  readonly tokens: AgentTokens;
  readonly feed: Pick<CallFeed, 'nudge'>;
}

/**
 * AgentCalls.ClaimDial: the call's one permit for the first who asks, and what it takes to dial. An agent that lost
 * the answer repeats job and nonce and gets it again.
 */
export async function claimDial(parts: ClaimDialParts, request: ClaimDialRequest): Promise<ClaimDialResponse> {
  const { jobId, nonce } = request;
  const problems = NONCE.test(nonce)
    ? []
    : [{ field: 'nonce', description: 'must be 8 to 64 printable ASCII characters' }];
  const { call, attempt } = await findAttempt(parts, request, { purpose: 'dial', mode: 'claiming' }, problems);

  const outcome = await parts.calls.grantPermit(call.tenantId, call.id, attempt.number, { holder: jobId, nonce });
  if (outcome.kind === 'refused') throw attemptRevoked(call.id, outcome.why);
  parts.feed.nudge(call.id);
  const claims = {
    purpose: 'report',
    tenantId: call.tenantId,
    callId: call.id,
    attempt: attempt.number,
    agentName: attempt.target.agentName,
    jobId,
  } as const;
  return {
    sipTrunkId: attempt.target.sipTrunkId,
    dialNumber: attempt.target.dialString,
    callerId: attempt.target.callerIdString,
    sipHeaders: attempt.target.sipHeaders,
    participantIdentity: calleeIdentity(call.id),
    ringingTimeoutSeconds: call.ringingTimeoutSeconds,
    maxDurationSeconds: call.maxDurationSeconds,
    reportToken: await parts.tokens.sign(claims, reportTokenSeconds(call)),
  };
}
