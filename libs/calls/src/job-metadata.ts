import type { Attempt, Call } from './call.ts';
import { calleeIdentity } from './callee-identity.ts';

/** The shape's version: raised when a field changes its meaning or goes, not when one is added. */
const VERSION = 1;

/** What the agent is told about its call; `docs/job-metadata.md` documents it for the authors of agents. */
export interface JobMetadata {
  readonly version: typeof VERSION;
  readonly call_log_id: string;
  readonly attempt: number;
  readonly tenant_id: string;
  readonly agent_id: string;
  /** The caller id to show, E.164. */
  readonly from_number: string;
  /** Whom to dial, E.164. */
  readonly to_number: string;
  readonly sip_trunk_id: string;
  /** What to send as the callee: `to_number` as the carrier wants it. */
  readonly dial_number: string;
  /** What to send as the caller: `from_number` as the carrier wants it. */
  readonly caller_id: string;
  /** SIP headers to send besides. */
  readonly sip_headers: Readonly<Record<string, string>>;
  readonly ringing_timeout_seconds: number;
  readonly max_duration_seconds: number;
  /** Who dials: `dispatcher`, `claiming` or `legacy`. */
  readonly dial_mode: string;
  /** `host:port` of the gRPC service AgentCalls; empty in the dial mode `legacy`. */
  readonly agent_calls_address: string;
  /** What the agent shows there for this attempt; empty in the dial mode `legacy`. */
  readonly agent_calls_token: string;
  /** The identity that the callee has in the room. */
  readonly callee_identity: string;
  /** The caller's own JSON object. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Where and with what the agent asks for its call. */
export interface AgentCallsAccess {
  readonly address: string;
  readonly token: string;
}

export function jobMetadata(call: Call, attempt: Attempt, access: AgentCallsAccess): JobMetadata {
  return {
    version: VERSION,
    call_log_id: call.id,
    attempt: attempt.number,
    tenant_id: call.tenantId,
    agent_id: call.agentId,
    from_number: attempt.target.callerId,
    to_number: call.toNumber,
    sip_trunk_id: attempt.target.sipTrunkId,
    dial_number: attempt.target.dialString,
    caller_id: attempt.target.callerIdString,
    sip_headers: attempt.target.sipHeaders,
    ringing_timeout_seconds: call.ringingTimeoutSeconds,
    max_duration_seconds: call.maxDurationSeconds,
    dial_mode: attempt.dialMode,
    agent_calls_address: access.address,
    agent_calls_token: access.token,
    callee_identity: calleeIdentity(call.id),
    metadata: call.metadata,
  };
}
