import { enumKey, RouteSource } from '@dialplane/contracts';
import type { RouteCallResponse } from '@dialplane/contracts';

import type { DecidedRequest } from './decide-request.ts';
import { toRejection } from './to-rejection.ts';

/** Writes a decision as the contract has it. */
export function toRouteCallResponse({ decision, snapshotVersion }: DecidedRequest): RouteCallResponse {
  if (decision.kind === 'rejected')
    return { outcome: { $case: 'rejection', value: toRejection(decision, snapshotVersion) } };
  const { targets, source, tenantId, number, expiresAt, notes } = decision;
  const route = {
    targets: targets.map((target) => ({ ...target, livekitConfigId: target.livekitConfigId ?? '' })),
    source: RouteSource[enumKey(source)],
    tenantId,
    number,
    snapshotVersion,
    expiresAt: new Date(expiresAt),
    notes,
  };
  return { outcome: { $case: 'route', value: route } };
}
