import { requestHash } from '@dialplane/calls';
import { OnAgentLost, Purpose } from '@dialplane/contracts';
import type { DispatchRequest } from '@dialplane/contracts';

/** The fields as they were written, so that a default may change without changing what was asked. */
export function hashDispatchRequest(written: DispatchRequest, purpose: Purpose): string {
  const { initiatedBy, tenantId, fromNumber, toNumber, agentId, metadata, ringingTimeout, maxDuration } = written;
  return requestHash({
    initiatedBy: initiatedBy.toLowerCase(),
    tenantId: tenantId.toLowerCase(),
    fromNumber,
    toNumber,
    agentId,
    purpose: purpose === Purpose.UNSPECIFIED ? undefined : purpose,
    metadata,
    ringingTimeout: ringingTimeout && `${ringingTimeout.seconds}.${ringingTimeout.nanos}`,
    maxDuration: maxDuration && `${maxDuration.seconds}.${maxDuration.nanos}`,
    onAgentLost: written.onAgentLost === OnAgentLost.UNSPECIFIED ? undefined : written.onAgentLost,
  });
}
