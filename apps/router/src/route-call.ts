import type { RouteCallRequest, RouteCallResponse } from '@dialplane/contracts';
import type { CallContext } from '@dialplane/grpc';

import { decideRequest } from './decide-request.ts';
import type { LoadView } from './decide-request.ts';
import { toRouteCallResponse } from './to-route-call-response.ts';

export interface RouteCallParts {
  readonly loadView: LoadView;
  /** Counts the calls that the environment fallback serves. */
  readonly environmentFallbacks: { inc(): void };
}

/** Router.RouteCall: where a call goes, or why it goes nowhere. */
export async function routeCall(
  parts: RouteCallParts,
  request: RouteCallRequest,
  context: CallContext,
): Promise<RouteCallResponse> {
  const decided = await decideRequest(parts.loadView, request, context);
  const { decision } = decided;
  if (decision.kind === 'routed' && decision.source === 'environment') {
    parts.environmentFallbacks.inc();
    context.logger.warn(
      { tenantId: decision.tenantId, numberId: decision.number.id },
      'Using environment credentials (not database)',
    );
  }
  return toRouteCallResponse(decided);
}
