import type { CallContext } from '@dialplane/grpc';
import type { Decision } from '@dialplane/routing';
import type { Metrics } from '@dialplane/telemetry';

/** Counts decisions, and says aloud which ones the environment fallback serves. */
export function createDecisionRecord(metrics: Metrics): (decision: Decision, logger: CallContext['logger']) => void {
  // Counted here and read when asked for: a labelled counter costs as much as a tenth of a decision.
  const counts = new Map<string, number>([['', 0]]);
  metrics.measure('dialplane_route_decisions_total', 'Decisions, by outcome and the reason against it', () =>
    [...counts].map(([reason, count]) => ({
      labels: { outcome: reason === '' ? 'routed' : 'rejected', reason },
      value: count,
    })),
  );
  const environmentFallbacks = metrics.counter(
    'dialplane_environment_fallback_total',
    'Calls routed with the credentials of the environment',
  );

  return (decision, logger) => {
    const reason = decision.kind === 'rejected' ? decision.reason : '';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    if (decision.kind !== 'routed' || decision.source !== 'environment') return;
    environmentFallbacks.inc();
    logger.warn(
      { tenantId: decision.tenantId, numberId: decision.number.id },
      'Using environment credentials (not database)',
    );
  };
}
