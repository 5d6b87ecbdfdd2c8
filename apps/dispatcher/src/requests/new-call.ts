import { randomUUID } from 'node:crypto';

import type { NewCall } from '@dialplane/calls';
import { RouteSource } from '@dialplane/contracts';
import type { Route, Target } from '@dialplane/contracts';

import type { ReadDispatchRequest } from './read-dispatch-request.ts';

/** The call that a request and its route come to, with its targets frozen. */
export function newCall(request: ReadDispatchRequest, route: Route, targets: readonly Target[]): NewCall {
  const { initiatedBy, agentId, toNumber, purpose, metadata, ringingTimeoutSeconds, maxDurationSeconds } = request;
  return {
    id: randomUUID(),
    initiatedBy: initiatedBy ?? null,
    agentId,
    fromNumber: route.number?.e164 ?? '',
    toNumber,
    purpose: purpose ?? null,
    source: route.source === RouteSource.ENVIRONMENT ? 'environment' : 'database',
    snapshotVersion: route.snapshotVersion,
    targets: targets.map(({ livekitConfigId, deployment: _known, ...target }) => ({
      livekitConfigId: livekitConfigId === '' ? null : livekitConfigId,
      ...target,
    })),
    metadata,
    ringingTimeoutSeconds,
    maxDurationSeconds,
    onAgentLost: request.onAgentLost,
  };
}
