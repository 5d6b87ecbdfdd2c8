import type { Attempt, Call, CallEvent, FrozenTarget } from '@dialplane/calls';

const CALL_FIELDS = [
  'id',
  'tenant_id',
  'initiated_by',
  'agent_id',
  'from_number',
  'to_number',
  'purpose',
  'source',
  'snapshot_version',
  'targets',
  'metadata',
  'ringing_timeout_seconds',
  'max_duration_seconds',
  'on_agent_lost',
  'state',
  'reason',
  'sip_code',
  'hung_up_by',
  'cancelled_at',
  'permit_attempt',
  'permit_at',
  'permit_holder',
  'permit_nonce',
  'dialed_at',
  'ringing_at',
  'answered_at',
  'ended_at',
  'created_at',
  'updated_at',
  'last_event',
];
const IDS = ['id', 'tenant_id', 'initiated_by', 'agent_id'];

/** What is read of a call `c`, by name: there is no grant on what else an adopted table has. */
export const CALL_COLUMNS = CALL_FIELDS.map((field) => `c.${field}${IDS.includes(field) ? '::text' : ''}`).join(', ');

/** The same in the types that the table has. */
export const CALL_AS_STORED = CALL_FIELDS.map((field) => `c.${field}`).join(', ');

/** Of an attempt `a`. */
export const ATTEMPT_COLUMNS = `
  a.call_id::text, a.number, a.state, a.reason, a.sip_code, a.target_index, a.target, a.dial_mode, a.room,
  a.agent_dispatch_id, a.agent_identity, a.dial_requested_by, a.created_at, a.updated_at`;

/** Of an event `e`. */
export const EVENT_COLUMNS = 'e.number, e.at, e.attempt, e.kind, e.reason, e.sip_code, e.evidence';

/** Rows of adopted tables and of earlier releases may lack what ours have. */
export interface CallRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly initiated_by: string | null;
  readonly agent_id: string | null;
  readonly from_number: string | null;
  readonly to_number: string | null;
  readonly purpose: Call['purpose'];
  readonly source: Call['source'] | null;
  readonly snapshot_version: string | null;
  readonly targets: readonly StoredTarget[];
  readonly metadata: Call['metadata'] | null;
  /** Text, where an adopted column is a bigint. */
  readonly ringing_timeout_seconds: number | string | null;
  readonly max_duration_seconds: number | string | null;
  readonly on_agent_lost: Call['onAgentLost'] | null;
  readonly state: Call['state'];
  readonly reason: Call['reason'];
  readonly sip_code: number | string | null;
  readonly hung_up_by: Call['hungUpBy'];
  readonly cancelled_at: Date | null;
  readonly permit_attempt: number | null;
  readonly permit_at: Date | null;
  readonly permit_holder: string | null;
  readonly permit_nonce: string | null;
  readonly dialed_at: Date | null;
  readonly ringing_at: Date | null;
  readonly answered_at: Date | null;
  readonly ended_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_event: number;
}

export interface AttemptRow {
  readonly call_id: string;
  readonly number: number;
  readonly state: Attempt['state'];
  readonly reason: Attempt['reason'];
  readonly sip_code: number | null;
  readonly target_index: number;
  readonly target: StoredTarget;
  readonly dial_mode: Attempt['dialMode'];
  readonly room: string;
  readonly agent_dispatch_id: string | null;
  readonly agent_identity: string | null;
  readonly dial_requested_by: string | null;
  /** Text, where it was read as JSON. */
  readonly created_at: Date | string;
  readonly updated_at: Date | string;
}

export interface EventRow {
  readonly number: number;
  readonly at: Date;
  readonly attempt: number;
  readonly kind: CallEvent['kind'];
  readonly reason: CallEvent['reason'];
  readonly sip_code: number | null;
  readonly evidence: string;
}

export function toCall(row: CallRow, attempts: readonly AttemptRow[]): Call {
  const toNumber = row.to_number ?? '';
  const isPermitted = row.permit_attempt !== null && row.permit_at !== null && row.permit_holder !== null;
  return {
    id: row.id,
    tenantId: row.tenant_id,
    initiatedBy: row.initiated_by,
    agentId: row.agent_id ?? '',
    fromNumber: row.from_number ?? '',
    toNumber,
    purpose: row.purpose,
    source: row.source ?? 'database',
    snapshotVersion: row.snapshot_version ?? '',
    targets: row.targets.map((target) => toTarget(target, toNumber)),
    metadata: row.metadata ?? {},
    ringingTimeoutSeconds: Number(row.ringing_timeout_seconds ?? 0),
    maxDurationSeconds: Number(row.max_duration_seconds ?? 0),
    onAgentLost: row.on_agent_lost ?? 'end',
    state: row.state,
    reason: row.reason,
    sipCode: row.sip_code === null ? null : Number(row.sip_code),
    hungUpBy: row.hung_up_by,
    cancelledAt: row.cancelled_at,
    permit: isPermitted
      ? {
          attempt: Number(row.permit_attempt),
          grantedAt: row.permit_at,
          holder: row.permit_holder,
          nonce: row.permit_nonce,
        }
      : null,
    dialedAt: row.dialed_at,
    ringingAt: row.ringing_at,
    answeredAt: row.answered_at,
    endedAt: row.ended_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastEvent: Number(row.last_event),
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      state: attempt.state,
      reason: attempt.reason,
      sipCode: attempt.sip_code,
      targetIndex: attempt.target_index,
      target: toTarget(attempt.target, toNumber),
      dialMode: attempt.dial_mode,
      room: attempt.room,
      agentDispatchId: attempt.agent_dispatch_id,
      agentIdentity: attempt.agent_identity,
      dialRequestedBy: attempt.dial_requested_by,
      begunAt: new Date(attempt.created_at),
      movedAt: new Date(attempt.updated_at),
    })),
  };
}

export function toEvent({ number, at, attempt, kind, reason, sip_code: sipCode, evidence }: EventRow): CallEvent {
  return { number, at, attempt, kind, reason, sipCode, evidence };
}

/** Rows of earlier releases have neither of the three, and were to be dialled as they were. */
export type StoredTarget = Omit<FrozenTarget, Later> & Partial<Pick<FrozenTarget, Later>>;
type Later = 'dialString' | 'callerIdString' | 'sipHeaders';

function toTarget(stored: StoredTarget, toNumber: string): FrozenTarget {
  return { dialString: toNumber, callerIdString: stored.callerId, sipHeaders: {}, ...stored };
}
