/** Whom to dial, over what, and as whom. */
export interface Dial {
  readonly call_log_id: string;
  readonly attempt: number;
  readonly sip_trunk_id: string;
  /** The caller id to show, E.164. */
  readonly from_number: string;
  /** Whom to dial, E.164. */
  readonly to_number: string;
  /** What to send as the caller: the caller id as the carrier wants it. */
  readonly caller_id: string;
  /** What to send as the callee: the number as the carrier wants it. */
  readonly dial_number: string;
  /** SIP headers to send besides, by name. */
  readonly sip_headers: Readonly<Record<string, string>>;
  readonly ringing_timeout_seconds: number;
  readonly max_duration_seconds: number;
}

/** A call whose dial goes through Dialplane. */
export interface PermittedCall {
  readonly dial: Dial;
  /** The identity that the callee has in the room. */
  readonly calleeIdentity: string;
  /** `host:port` of the gRPC service AgentCalls. */
  readonly address: string;
  /** Shown there; for this attempt alone. */
  readonly token: string;
}

export type Job =
  /** The dispatcher dials when it is asked to. */
  | { readonly kind: 'dispatcher'; readonly call: PermittedCall }
  /** This agent dials, if it gets the call's permit. */
  | { readonly kind: 'claiming'; readonly call: PermittedCall }
  /** This agent dials, unasked. */
  | { readonly kind: 'legacy'; readonly dial: Dial }
  /** Somebody tries out whether this worker answers: join, and dial nobody. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** The version of Dialplane's job metadata that this agent knows; `docs/job-metadata.md` describes it. */
const KNOWN_VERSION = 1;
const E164 = /^\+[1-9][0-9]{6,14}$/;
/** A number as a carrier wants it. */
const DIAL_STRING = /^\+?[0-9]{1,32}$/;

/** Reads a job's metadata. What it does not know for sure it does not dial. */
export function readJob(metadata: string): Job {
  let json: unknown;
  try {
    json = JSON.parse(metadata);
  } catch {
    return unreadable('the metadata is not JSON');
  }
  if (typeof json !== 'object' || json === null) return unreadable('the metadata is not a JSON object');
  const fields = json as Record<string, unknown>;
  if (fields.purpose === 'probe') return { kind: 'probe' };
  if (fields.version !== KNOWN_VERSION) {
    return unreadable(`its version is ${JSON.stringify(fields.version)}; this agent knows ${KNOWN_VERSION}`);
  }
  const { call_log_id, attempt, sip_trunk_id, from_number, to_number, ringing_timeout_seconds, max_duration_seconds } =
    fields;
  // Jobs of before there were carrier rules have neither of these three.
  const { caller_id = from_number, dial_number = to_number, sip_headers = {} } = fields;
  if (!isText(call_log_id)) return unreadable('it has no call_log_id');
  if (!isText(sip_trunk_id)) return unreadable('it has no sip_trunk_id');
  if (!isText(from_number) || !E164.test(from_number)) return unreadable('its from_number is not E.164');
  if (!isText(to_number) || !E164.test(to_number)) return unreadable('its to_number is not E.164');
  if (!isText(caller_id) || !DIAL_STRING.test(caller_id)) return unreadable('its caller_id is not digits');
  if (!isText(dial_number) || !DIAL_STRING.test(dial_number)) return unreadable('its dial_number is not digits');
  if (!areHeaders(sip_headers)) return unreadable('its sip_headers are not texts by name');
  if (!isCount(attempt)) return unreadable('it has no attempt');
  if (!isCount(ringing_timeout_seconds)) return unreadable('it has no ringing_timeout_seconds');
  if (!isCount(max_duration_seconds)) return unreadable('it has no max_duration_seconds');
  const dial: Dial = {
    call_log_id,
    attempt,
    sip_trunk_id,
    from_number,
    to_number,
    caller_id,
    dial_number,
    sip_headers,
    ringing_timeout_seconds,
    max_duration_seconds,
  };
  return readMode(fields, dial);
}

function readMode(fields: Record<string, unknown>, dial: Dial): Job {
  // Jobs of before there were dial modes are `legacy`.
  const { dial_mode = 'legacy', callee_identity, agent_calls_address, agent_calls_token } = fields;
  if (dial_mode === 'legacy') return { kind: 'legacy', dial };
  if (dial_mode !== 'dispatcher' && dial_mode !== 'claiming') {
    return unreadable(`its dial_mode is ${JSON.stringify(dial_mode)}, which this agent does not know`);
  }
  if (!isText(callee_identity)) return unreadable('it has no callee_identity');
  if (!isText(agent_calls_address)) return unreadable('it has no agent_calls_address');
  if (!isText(agent_calls_token)) return unreadable('it has no agent_calls_token');
  return {
    kind: dial_mode,
    call: { dial, calleeIdentity: callee_identity, address: agent_calls_address, token: agent_calls_token },
  };
}

function unreadable(problem: string): Job {
  return { kind: 'unreadable', problem };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function areHeaders(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}
