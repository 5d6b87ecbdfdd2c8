import type { Call, CallRepository } from '@dialplane/calls';
import { StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';

import type { CallFeed } from '../call-feed.ts';
import { keyInUse } from '../refusals/key-in-use.ts';
import { ANSWER_RESERVE_MS } from './answer-reserve.ts';
import { hasReached } from '../has-reached.ts';
import type { Milestone } from '../has-reached.ts';

/** How long a call is waited for when the caller sets no deadline, in milliseconds. */
const GIVE_UP_AFTER_MS = 60_000;
/** It is read so often besides, in milliseconds: of a row that was deleted no event tells. */
const READ_EVERY_MS = 1_000;

export interface UntilReachedParts {
  readonly calls: Pick<CallRepository, 'get'>;
  readonly feed: Pick<CallFeed, 'watch'>;
}

/**
 * Waits for a call that another request, or another dispatcher, is carrying out, until it has come as far as
 * `milestone` or no farther. Reads it when something happened to it.
 */
export async function untilReached(
  { calls, feed }: UntilReachedParts,
  { tenantId, id }: Pick<Call, 'tenantId' | 'id'>,
  milestone: Milestone,
  { deadline, signal }: CallContext,
): Promise<Call> {
  const giveUpAt = deadline === undefined ? Date.now() + GIVE_UP_AFTER_MS : deadline.getTime() - ANSWER_RESERVE_MS;
  for (;;) {
    const call = await calls.get(tenantId, id);
    if (call === undefined) throw keyInUse({ kind: 'gone', callId: id });
    if (hasReached(call, milestone)) return call;
    const leftMs = giveUpAt - Date.now();
    if (signal.aborted || leftMs <= 0) throw notYet(id);
    const patience = AbortSignal.timeout(Math.ceil(Math.min(READ_EVERY_MS, leftMs)));
    for await (const _ of feed.watch(id, call.lastEvent, AbortSignal.any([signal, patience]))) break;
  }
}

function notYet(callId: string): StatusError {
  return new StatusError({
    code: 'DEADLINE_EXCEEDED',
    reason: 'CALL_NOT_THAT_FAR',
    message: 'The call was accepted and has not come as far as wait_until asks.',
    fault: 'dialplane',
    retryable: true,
    hint: 'Send the same request again with the same idempotency key, or look with GetCall.',
    metadata: { call_log_id: callId },
  });
}
