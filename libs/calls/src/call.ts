/** A target frozen when the call was accepted; the secret is read anew when it is used. */
export interface FrozenTarget {
  /** Null when the credentials come from the environment. */
  readonly livekitConfigId: string | null;
  readonly serverUrl: string;
  readonly sipTrunkId: string;
  readonly agentName: string;
  /** E.164. */
  readonly callerId: string;
  /** What goes to the carrier as the callee. */
  readonly dialString: string;
  /** What goes to the carrier as the caller: `callerId` in the form that the carrier wants. */
  readonly callerIdString: string;
  /** SIP headers to send besides, by name. */
  readonly sipHeaders: Readonly<Record<string, string>>;
}

/** What was asked for and how it was routed: all of a call that never changes. */
export interface NewCall {
  /** A UUID: the call log id. */
  readonly id: string;
  readonly initiatedBy: string | null;
  readonly agentId: string;
  /** The caller id, E.164. */
  readonly fromNumber: string;
  /** E.164. */
  readonly toNumber: string;
  /** Null when the caller did not say. */
  readonly purpose: CallPurpose | null;
  readonly source: 'database' | 'environment';
  readonly snapshotVersion: string;
  /** At least one, best first. */
  readonly targets: readonly FrozenTarget[];
  /** The caller's own JSON object for the agent. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly ringingTimeoutSeconds: number;
  readonly maxDurationSeconds: number;
  /** What becomes of the callee when the permit's holder is lost. */
  readonly onAgentLost: 'end' | 'keep';
}

export interface Call extends NewCall {
  readonly tenantId: string;
  readonly state: CallState;
  readonly reason: CallReason | null;
  /** The carrier's, 100 to 699. */
  readonly sipCode: number | null;
  readonly hungUpBy: HungUpBy | null;
  /** Set once, by CancelCall. */
  readonly cancelledAt: Date | null;
  /** The call's one dial permit; null: not granted. */
  readonly permit: Permit | null;
  readonly dialedAt: Date | null;
  readonly ringingAt: Date | null;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The number of the last event. */
  readonly lastEvent: number;
  /** First to last. */
  readonly attempts: readonly Attempt[];
}

/** The right to dial the callee, granted once per call. */
export interface Permit {
  /** The attempt that it was granted to. */
  readonly attempt: number;
  readonly grantedAt: Date;
  /** Whoever dials: DISPATCHER_HOLDER, or the id of the agent's job that claimed. */
  readonly holder: string;
  /** Of a claim. */
  readonly nonce: string | null;
}

/** One try of a call on one target. Its room is never used again. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly state: AttemptState;
  readonly reason: CallReason | null;
  readonly sipCode: number | null;
  /** Which of the call's targets, from 0. */
  readonly targetIndex: number;
  readonly target: FrozenTarget;
  readonly dialMode: DialMode;
  readonly room: string;
  /** `AD_…`; null before ROOM_READY, and when LiveKit did not name it. */
  readonly agentDispatchId: string | null;
  /** The identity of the agent in the room, once it was seen there; the one to watch from then on. */
  readonly agentIdentity: string | null;
  /** The agent's job that asked for the dial by PlaceDial, the first to do so; no other job may. */
  readonly dialRequestedBy: string | null;
  /** When it was written down, and when anything of it last changed; by the database's clock. */
  readonly begunAt: Date;
  readonly movedAt: Date;
}

/** One thing that happened to a call; never changed. */
export interface CallEvent {
  /** 1 for a call's first, without a gap. */
  readonly number: number;
  readonly at: Date;
  /** 0: about the call itself. */
  readonly attempt: number;
  readonly kind: CallEventKind;
  readonly reason: CallReason | null;
  readonly sipCode: number | null;
  /** What it is known by, for people; no phone number, no secret. */
  readonly evidence: string;
}

export type CallEventKind =
  | CallState
  | AttemptState
  | 'cancel_requested'
  | 'dial_requested'
  | 'taken_over'
  | 'enriched'
  | 'unpermitted_participant'
  | 'unexpected_agent';

/** What a call is for; `router.proto` describes each. */
export type CallPurpose = 'transactional' | 'service' | 'promotional';

/** Who dials: see `docs/dispatch.md`. */
export type DialMode = 'dispatcher' | 'claiming' | 'legacy';

export type CallState = 'accepted' | 'in_progress' | 'ended' | 'failed' | 'cancelled' | 'unknown';

export type AttemptState =
  | 'planned'
  | 'room_ready'
  | 'agent_ready'
  | 'permitted'
  | 'dialing'
  | 'ringing'
  | 'answered'
  | 'ended'
  | 'failed'
  | 'unknown';

export type HungUpBy = 'callee' | 'agent' | 'caller' | 'dialplane' | 'deployment';

/** Why a call or an attempt stands where it stands; `dispatcher.proto` describes each. */
export type CallReason =
  | 'deployment_unreachable'
  | 'credential_refused'
  | 'deployment_error'
  | 'no_agent'
  | 'outcome_unknown'
  | 'agent_did_not_claim'
  | 'agent_lost'
  | 'agent_did_not_report'
  | 'busy'
  | 'declined'
  | 'no_answer'
  | 'unavailable'
  | 'invalid_number'
  | 'carrier_trouble'
  | 'carrier_refused'
  | 'trunk_not_found'
  | 'cancelled'
  | 'max_duration'
  | 'clock_skew'
  | 'config_changed'
  | 'dispatcher_lost'
  | 'deployment_lost'
  | 'do_not_call';
