import type { Call, CallRepository } from '@dialplane/calls';
import { StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';

import type { ReadDispatchRequest } from './read-dispatch-request.ts';

/** The pause between two looks, growing, at a call that another request, or another dispatcher, is carrying out. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** How long that call is waited for when the caller sets no deadline. */
const GIVE_UP_AFTER_MS = 60_000;
/** What is kept of the caller's deadline for an answer that names the call. */
const ANSWER_RESERVE_MS = 100;

/** Waits for work that goes on by itself, but no longer than the caller waits for the answer. */
export async function patiently(work: Promise<unknown>, { deadline }: CallContext): Promise<void> {
  if (deadline === undefined) return void (await work);
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadline.getTime() - ANSWER_RESERVE_MS - Date.now()));
  });
  await Promise.race([work, outOfTime]).finally(() => clearTimeout(timer));
}

/** Reads the call until it has come as far as `waitUntil`, or ended before. */
export async function untilReached(
  calls: CallRepository,
  { tenantId, id }: Call,
  waitUntil: ReadDispatchRequest['waitUntil'],
  { deadline, signal }: CallContext,
): Promise<Call> {
  const giveUpAt = deadline === undefined ? Date.now() + GIVE_UP_AFTER_MS : deadline.getTime() - ANSWER_RESERVE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const call = await calls.get(tenantId, id);
    if (call === undefined) throw new Error(`Call ${id} is gone from the call log.`);
    if (hasReached(call, waitUntil)) return call;
    if (signal.aborted || Date.now() >= giveUpAt) throw notYet(id);
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, Math.max(0, giveUpAt - Date.now()))));
  }
}

function hasReached({ state, attempts }: Call, waitUntil: ReadDispatchRequest['waitUntil']): boolean {
  if (waitUntil === 'accepted' || state === 'failed' || state === 'unknown') return true;
  const attempt = attempts.at(-1)?.state;
  return attempt === 'agent_ready' || (waitUntil === 'room_ready' && attempt === 'room_ready');
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
