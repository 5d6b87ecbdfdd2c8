import { callerConflict, decideRoute, readRouteRequest } from '@dialplane/routing';
import type { Decision, RoutingView, TraceStep } from '@dialplane/routing';

import type { Answer } from './answer.ts';
import type { Explain } from './explain.ts';

/** Decides in this process, from a configuration in memory. A question without a moment is asked at `now`. */
export function explainBySnapshot(view: RoutingView, now: Date): Explain {
  return async ({ from, to, initiatedBy, tenantId, agent, purpose, routingKey, at }) => {
    const { snapshotVersion } = view;
    const reading = readRouteRequest({
      initiatedBy: initiatedBy ?? '',
      tenantId: tenantId ?? '',
      fromNumber: from,
      toNumber: to,
      agentId: agent ?? '',
      purpose: purpose === undefined ? '' : `PURPOSE_${purpose.toUpperCase()}`,
      routingKey: routingKey ?? '',
    });
    const problem = reading.kind === 'malformed' ? reading.problems[0] : callerConflict(view, reading.request);
    if (reading.kind === 'malformed' || problem !== undefined) {
      const message = `The request is malformed: ${problem?.field} ${problem?.description}.`;
      const answer = {
        kind: 'rejected',
        reason: 'invalid_request',
        message,
        hint: 'Mend the request.',
        tenantId: tenantId ?? '',
      } as const;
      return { answer, decidedBy: undefined, snapshotVersion };
    }
    const trace: TraceStep[] = [];
    const decision = decideRoute(view, reading.request, {
      now: (at ?? now).getTime(),
      environmentFallback: undefined,
      trace,
    });
    const decidedBy = decision.kind === 'rejected' ? trace.find(({ refusal }) => refusal !== undefined) : trace.at(-1);
    return { answer: toAnswer(decision), decidedBy, snapshotVersion };
  };
}

function toAnswer(decision: Decision): Answer {
  if (decision.kind === 'rejected') {
    const { reason, message, hint, tenantId } = decision;
    return { kind: 'rejected', reason, message, hint, tenantId: tenantId ?? '' };
  }
  const { source, tenantId, targets, number } = decision;
  return {
    kind: 'routed',
    source,
    tenantId,
    e164: number.e164,
    targets: targets.map((target) => ({ ...target, livekitConfigId: target.livekitConfigId ?? '' })),
  };
}
