import type { Target } from './decision.ts';
import { formatCallerId } from './format-caller-id.ts';
import { formatDialString } from './format-dial-string.ts';
import { headersOf } from './headers-of.ts';
import type { Candidate, RoutingCall } from './policy.ts';

/** The target of a candidate that every policy let pass. */
export function toTarget(call: RoutingCall, candidate: Candidate): Target {
  const { config, carrier, callerId } = candidate;
  const fallback = config === undefined ? call.environmentFallback : undefined;
  return {
    livekitConfigId: candidate.livekitConfigId,
    deployment: candidate.deploymentOrigin ?? '',
    serverUrl: config?.url ?? fallback?.url ?? '',
    sipTrunkId: candidate.sipTrunkId ?? '',
    agentName: config?.agentName ?? fallback?.agentName ?? '',
    callerId,
    dialString: formatDialString(call.request.toNumber, carrier?.dialFormat),
    callerIdString: carrier === undefined ? callerId : formatCallerId(call, callerId, carrier.callerIdFormat),
    sipHeaders: headersOf(candidate) ?? {},
  };
}
