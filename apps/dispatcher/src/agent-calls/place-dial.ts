import { agentIdentity, calleeIdentity, isFinal } from '@dialplane/calls';
import type { Attempt, AttemptState as State, Call, CallEvent, CallRepository } from '@dialplane/calls';
import { AttemptState, enumKey } from '@dialplane/contracts';
import type { PlaceDialRequest, PlaceDialResponse } from '@dialplane/contracts';
import type { CallContext } from '@dialplane/grpc';

import type { CallFeed } from '../call-feed.ts';
import { toHungUpBy, toReason } from '../answers/to-call.ts';
import { attemptRevoked } from './attempt-revoked.ts';
import type { Revocation } from './attempt-revoked.ts';
import { findAttempt } from './find-attempt.ts';
import type { FindAttemptParts } from './find-attempt.ts';

export interface PlaceDialParts extends FindAttemptParts {
  readonly calls: Pick<CallRepository, 'get' | 'requestDial'>;
  readonly feed: CallFeed;
}

/** What an agent is told of; UNKNOWN ends the stream as ENDED and FAILED do. */
const TOLD = ['permitted', 'dialing', 'ringing', 'answered', 'ended', 'failed', 'unknown'] as const satisfies State[];
type ToldState = (typeof TOLD)[number];

/**
 * AgentCalls.PlaceDial: notes that the agent asks for the dial, which whoever carries the call out then places, and
 * follows it to its end. The job that asked may ask again, and follows the same dial from its beginning; another
 * job of the same attempt may not.
 */
export async function* placeDial(
  parts: PlaceDialParts,
  request: PlaceDialRequest,
  { signal }: CallContext,
): AsyncIterable<PlaceDialResponse> {
  const use = { purpose: 'dial', mode: 'dispatcher', use: 'follow' } as const;
  const { call, attempt } = await findAttempt(parts, request, use);
  const { tenantId, id } = call;
  // A stream that broke may be opened again for as long as the call lasts, and rings nobody.
  const isAsking = attempt.dialRequestedBy !== request.jobId && call.permit === null;
  if (isAsking) await parts.tokens.verify(request.token, 'dial');
  await askOnce(parts, call, attempt, request.jobId);
  for await (const event of parts.feed.watch(id, 0, signal)) {
    const isOver = event.attempt === 0 && (event.kind === 'cancelled' || event.kind === 'failed');
    if (isOver) throw attemptRevoked(id, event.kind === 'cancelled' ? 'cancelled' : 'over');
    if (event.attempt > attempt.number) throw attemptRevoked(id, 'revoked');
    if (event.attempt !== attempt.number || !isTold(event.kind)) continue;

    const mayBeLast = isFinal(event.kind) || event.kind === 'unknown';
    const now = mayBeLast ? await parts.calls.get(tenantId, id) : undefined;
    yield {
      state: AttemptState[enumKey(event.kind)],
      reason: toReason(event.reason),
      sipCode: event.sipCode ?? 0,
      hungUpBy: toHungUpBy(now?.hungUpBy ?? null),
      participantIdentity: calleeIdentity(id),
    };
    // Doubt may have been settled since.
    if (mayBeLast && stateOf(now, attempt) === event.kind) return;
  }
}

/** Of several jobs that were launched for one attempt, the first that asks is the one that is heard. */
async function askOnce({ calls, feed }: PlaceDialParts, call: Call, attempt: Attempt, jobId: string): Promise<void> {
  const { tenantId, id } = call;
  if (attempt.dialRequestedBy === jobId) return;
  const isNoted = await calls.requestDial(tenantId, id, attempt.number, jobId);
  feed.nudge(id);
  if (isNoted) return;
  const now = await calls.get(tenantId, id);
  const asked = now?.attempts.find(({ number }) => number === attempt.number);
  // The same job's other request was faster; or the call was dialled for it, and is over, before it asked.
  if (asked?.dialRequestedBy === jobId) return;
  const isSeen = asked?.agentIdentity === null || asked?.agentIdentity === agentIdentity(jobId);
  if (isSeen && asked.dialRequestedBy === null && now?.permit?.attempt === attempt.number) return;
  throw attemptRevoked(id, whyNot(now, asked));
}

function whyNot(call: Call | undefined, attempt: Attempt | undefined): Revocation {
  if (attempt !== undefined && attempt.dialRequestedBy !== null) return 'held';
  if (call === undefined || isFinal(call.state)) return call?.state === 'cancelled' ? 'cancelled' : 'over';
  if (call.cancelledAt !== null) return 'cancelled';
  return call.permit === null ? 'revoked' : 'held';
}

function isTold(kind: CallEvent['kind']): kind is ToldState {
  return (TOLD as readonly string[]).includes(kind);
}

function stateOf(call: Call | undefined, { number }: Attempt): State | undefined {
  return call?.attempts.find((attempt) => attempt.number === number)?.state;
}
