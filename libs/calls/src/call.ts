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
}

export interface Call extends NewCall {
  readonly tenantId: string;
  readonly state: CallState;
  readonly reason: CallReason | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** First to last. */
  readonly attempts: readonly Attempt[];
}

/** One try of a call on one target. Its room is never used again. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number;
  readonly state: AttemptState;
  readonly reason: CallReason | null;
  readonly target: FrozenTarget;
  readonly room: string;
  /** `AD_…`; null before ROOM_READY, and when LiveKit did not name it. */
  readonly agentDispatchId: string | null;
}

/** What a call is for; `router.proto` describes each. */
export type CallPurpose = 'transactional' | 'service' | 'promotional';

export type CallState = 'accepted' | 'in_progress' | 'failed' | 'unknown';
export type AttemptState = 'planned' | 'room_ready' | 'agent_ready' | 'failed' | 'unknown';

/** Why a call or an attempt stands where it stands; `dispatcher.proto` describes each. */
export type CallReason =
  'deployment_unreachable' | 'credential_refused' | 'deployment_error' | 'no_agent' | 'outcome_unknown';
