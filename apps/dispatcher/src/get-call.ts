import type { CallRepository } from '@dialplane/calls';
import type { GetCallRequest, GetCallResponse } from '@dialplane/contracts';

import { findCall } from './answers/find-call.ts';
import type { FindCallParts } from './answers/find-call.ts';
import { toCall, toCallEvent } from './answers/to-call.ts';

/** Dispatcher.GetCall: one call of the caller's own tenant, and what happened to it. */
export async function getCall(
  parts: FindCallParts & { readonly calls: Pick<CallRepository, 'get' | 'events'> },
  request: GetCallRequest,
): Promise<GetCallResponse> {
  const call = await findCall(parts, request);
  const events = await parts.calls.events(call.tenantId, call.id, 0);
  // What happened between the two reads belongs to the next answer.
  const told = events.filter(({ number }) => number <= call.lastEvent);
  return { call: toCall(call), events: told.map(toCallEvent) };
}
