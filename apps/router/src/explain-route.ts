import { StepOutcome } from '@dialplane/contracts';
import type { ExplainRouteRequest, ExplainRouteResponse } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';

import { decideRequest } from './decide-request.ts';
import type { LoadView } from './decide-request.ts';
import { toRouteCallResponse } from './to-route-call-response.ts';

const OUTCOMES = { passed: StepOutcome.PASSED, noted: StepOutcome.NOTED, refused: StepOutcome.REFUSED };

/** Router.ExplainRoute: the same decision as RouteCall's, with every step that led to it. */
export async function explainRoute(
  loadView: LoadView,
  { request }: ExplainRouteRequest,
  context: CallContext,
): Promise<ExplainRouteResponse> {
  if (request === undefined) throw invalidArgument([{ field: 'request', description: 'is required' }]);
  const decided = await decideRequest(loadView, request, context);
  return {
    response: toRouteCallResponse(decided),
    trace: decided.decision.trace.map((step) => ({ ...step, outcome: OUTCOMES[step.outcome] })),
  };
}
