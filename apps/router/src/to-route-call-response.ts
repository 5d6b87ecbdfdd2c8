import { enumKey, Fault, RejectionReason, RouteSource } from '@dialplane/contracts';
import type { RouteCallResponse } from '@dialplane/contracts';
import { REJECTIONS } from '@dialplane/routing';

import type { DecidedRequest } from './decide-request.ts';

/** Writes a decision as the contract has it. */
export function toRouteCallResponse({ decision, snapshotVersion }: DecidedRequest): RouteCallResponse {
  if (decision.kind === 'rejected') {
    const { reason, message, hint, tenantId } = decision;
    const fault = Fault[enumKey(REJECTIONS[reason])];
    const rejection = {
      reason: RejectionReason[enumKey(reason)],
      fault,
      message,
      hint,
      tenantId: tenantId ?? '',
      snapshotVersion,
    };
    return { outcome: { $case: 'rejection', value: rejection } };
  }
  const { targets, source, tenantId, number, expiresAt, trace } = decision;
  const route = {
    targets: targets.map((target) => ({ ...target, livekitConfigId: target.livekitConfigId ?? '' })),
    source: RouteSource[enumKey(source)],
    tenantId,
    number,
    snapshotVersion,
    expiresAt,
    notes: trace.filter((step) => step.outcome === 'noted').map((step) => step.concluded),
  };
  return { outcome: { $case: 'route', value: route } };
}
