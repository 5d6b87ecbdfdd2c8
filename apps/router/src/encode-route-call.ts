import { RouteCallResponse } from '@dialplane/contracts';

import type { DecidedRequest } from './decide-request.ts';
import { ReverseWriter } from './reverse-writer.ts';
import { toRouteCallResponse } from './to-route-call-response.ts';
import { writeRoute } from './write-route.ts';

const writer = new ReverseWriter();
/** RouteCallResponse.route, a field with a length. */
const ROUTE = (1 << 3) | 2;

/** The bytes of RouteCall's reply. A route, which is what is asked for again and again, is written without detours. */
export function encodeRouteCall(decided: DecidedRequest): Buffer {
  const { decision, snapshotVersion } = decided;
  if (decision.kind === 'rejected') return Buffer.from(RouteCallResponse.encode(toRouteCallResponse(decided)).finish());
  writer.clear();
  writeRoute(writer, decision, snapshotVersion);
  writer.message(ROUTE, 0);
  return writer.finish();
}
