import type { CallRepository } from '@dialplane/calls';
import { CancelOutcome, enumKey } from '@dialplane/contracts';
import type { CancelCallRequest, CancelCallResponse } from '@dialplane/contracts';

import type { CallFeed } from './call-feed.ts';
import { callNotFound } from './refusals/call-not-found.ts';
import { findCall } from './answers/find-call.ts';
import type { FindCallParts } from './answers/find-call.ts';
import { toCall } from './answers/to-call.ts';

export interface CancelCallParts extends FindCallParts {
  readonly calls: Pick<CallRepository, 'get' | 'cancel'>;
  readonly feed: Pick<CallFeed, 'nudge'>;
}

/**
 * Dispatcher.CancelCall: notes that the call is to end. Whoever carries it out, here or in another process, ends it;
 * a call with no permit yet gets none from this moment on.
 */
export async function cancelCall(parts: CancelCallParts, request: CancelCallRequest): Promise<CancelCallResponse> {
  const { tenantId, id } = await findCall(parts, request);
  const cancelled = await parts.calls.cancel(tenantId, id);
  if (cancelled === undefined) throw callNotFound();
  parts.feed.nudge(id);
  return { outcome: CancelOutcome[enumKey(cancelled.outcome)], call: toCall(cancelled.call) };
}
