import { DISPATCHER_HOLDER } from '@dialplane/calls';
import type { Attempt, Call, CallRepository, DialMode } from '@dialplane/calls';
import { invalidArgument, StatusError } from '@dialplane/grpc';
import type { Violation } from '@dialplane/grpc';

import { callNotFound } from '../refusals/call-not-found.ts';
import { attemptRevoked } from './attempt-revoked.ts';
import type { AgentTokenClaims, AgentTokens } from './create-agent-tokens.ts';

/** `AJ_…` in LiveKit; as it names a permit's holder, it is no longer than that needs. */
const JOB_ID = /^[!-~]{1,64}$/;

export interface FindAttemptParts {
  readonly calls: Pick<CallRepository, 'get'>;
  readonly tokens: Pick<AgentTokens, 'verify'>;
}

/** What an agent says about itself. */
interface AgentRequest {
  readonly token: string;
  readonly jobId: string;
}

/** What a token is shown for; `use`: as in `verify`. */
export interface AttemptUse {
  readonly purpose: AgentTokenClaims['purpose'];
  readonly mode: DialMode;
  readonly use?: 'ask' | 'follow';
}

/** A call and one of its attempts as they are stored; the attempt may have been revoked. */
export interface FoundAttempt {
  readonly call: Call;
  readonly attempt: Attempt;
}

/**
 * Reads the attempt that an agent's token was made for. Throws INVALID_ARGUMENT for malformed fields,
 * UNAUTHENTICATED for a token that is not good for this purpose, and FAILED_PRECONDITION when somebody else dials
 * in the attempt's dial mode.
 */
export async function findAttempt(
  { calls, tokens }: FindAttemptParts,
  { token, jobId }: AgentRequest,
  { purpose, mode, use }: AttemptUse,
  problemsBesides: readonly Violation[] = [],
): Promise<FoundAttempt> {
  const problems = [...problemsBesides];
  if (!JOB_ID.test(jobId) || jobId === DISPATCHER_HOLDER)
    problems.unshift({ field: 'job_id', description: "must be the id of the agent's job, AJ_…" });
  if (token === '') problems.unshift({ field: 'token', description: 'is required' });
  if (problems.length > 0) throw invalidArgument(problems);

  const claims = await tokens.verify(token, purpose, use);
  const call = await calls.get(claims.tenantId, claims.callId);
  if (call === undefined) throw callNotFound();
  const attempt = call.attempts.find(({ number }) => number === claims.attempt);
  const isItsOwn = attempt?.target.agentName === claims.agentName && (claims.jobId === null || claims.jobId === jobId);
  if (attempt === undefined || !isItsOwn) throw attemptRevoked(call.id, 'held');
  if (attempt.dialMode !== mode) throw wrongDialMode(attempt.dialMode);
  return { call, attempt };
}

const DIALS: Readonly<Record<DialMode, string>> = {
  dispatcher: 'The dispatcher dials: ask it with PlaceDial, or wait for the callee.',
  claiming: 'Ask for the permit with ClaimDial, dial, and report with ReportDial.',
  legacy: 'The worker dials as it always did, and asks for nothing.',
};

function wrongDialMode(mode: DialMode): StatusError {
  return new StatusError({
    code: 'FAILED_PRECONDITION',
    reason: 'WRONG_DIAL_MODE',
    message: `The LiveKit config's dial mode is ${mode}.`,
    fault: 'agent',
    retryable: false,
    hint: `dial_mode in the job's metadata says who dials. ${DIALS[mode]}`,
  });
}
