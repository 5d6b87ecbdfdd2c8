import type { AcceptOutcome, IdempotencyKey, KnownKey, NewAttempt, NewCall } from '@dialplane/calls';

import { VoiceCallLog } from '../../entities/voice-call-log.ts';
import type { Database } from '../../open-database.ts';
import { CALL_AS_STORED, CALL_COLUMNS, toCall } from './call-rows.ts';
import type { CallRow } from './call-rows.ts';
import type { Holder } from './lease-calls.ts';
import { readCall } from './read-calls.ts';

/** The key first: of several writers of one key, all but one find it taken, and write nothing. */
export async function acceptCall(
  db: Database,
  { holder, leaseMs }: Holder,
  tenantId: string,
  { key, requestHash }: IdempotencyKey,
  call: NewCall,
  attempt: NewAttempt,
): Promise<AcceptOutcome> {
  const target = call.targets[attempt.targetIndex];
  if (target === undefined) throw new Error(`Call ${call.id} has no target ${attempt.targetIndex}.`);
  const callRecord = {
    id: call.id,
    tenant_id: tenantId,
    initiated_by: call.initiatedBy,
    agent_id: call.agentId || null,
    from_number: call.fromNumber,
    to_number: call.toNumber,
    purpose: call.purpose,
    source: call.source,
    snapshot_version: call.snapshotVersion,
    targets: call.targets,
    metadata: call.metadata,
    ringing_timeout_seconds: call.ringingTimeoutSeconds,
    max_duration_seconds: call.maxDurationSeconds,
    on_agent_lost: call.onAgentLost,
    lease_holder: holder,
  };
  const attemptRecord = {
    tenant_id: tenantId,
    call_id: call.id,
    number: attempt.number,
    target,
    target_index: attempt.targetIndex,
    dial_mode: attempt.dialMode,
    room: attempt.room,
  };
  // As JSON, which takes the type of each column: an adopted table may have others than ours.
  const record = (table: string, n: number): string =>
    `jsonb_populate_record(NULL::"${db.schema}".${table}, $${n}::jsonb) r`;
  const columnsOf = (row: object, prefix = ''): string =>
    Object.keys(row)
      .map((column) => prefix + column)
      .join(', ');
  const [row] = await db.query<CallRow & { readonly begun_at: Date }>(
    tenantId,
    `WITH key AS (
         INSERT INTO "${db.schema}".idempotency_keys (tenant_id, key, request_hash, call_id)
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1
       ), c AS (
         INSERT INTO "${db.schema}".voice_call_logs AS c (${columnsOf(callRecord)}, state, attempt, fence, lease_until, last_event)
         SELECT ${columnsOf(callRecord, 'r.')}, 'accepted', $7::int, 1, clock_timestamp() + $8::int * interval '1 millisecond', 1
         FROM key CROSS JOIN ${record('voice_call_logs', 5)}
         RETURNING ${CALL_AS_STORED}
       ), attempt AS (
         INSERT INTO "${db.schema}".call_attempts (${columnsOf(attemptRecord)}, state)
         SELECT ${columnsOf(attemptRecord, 'r.')}, 'planned' FROM key CROSS JOIN ${record('call_attempts', 6)}
         RETURNING created_at AS begun_at
       ), event AS (
         INSERT INTO "${db.schema}".voice_call_events (tenant_id, call_id, number, attempt, kind, evidence)
         SELECT c.tenant_id, c.id, 1, 0, 'accepted', 'Dispatch' FROM c
       )
       SELECT ${CALL_COLUMNS}, attempt.begun_at FROM c CROSS JOIN attempt`,
    [
      tenantId,
      key,
      requestHash,
      call.id,
      JSON.stringify(callRecord),
      JSON.stringify(attemptRecord),
      attempt.number,
      leaseMs,
    ],
    { writes: VoiceCallLog },
  );
  if (row !== undefined) {
    const { number, targetIndex, dialMode, room } = attempt;
    const planned = { number, state: 'planned', target, target_index: targetIndex, dial_mode: dialMode, room } as const;
    const nothingYet = {
      reason: null,
      sip_code: null,
      agent_dispatch_id: null,
      agent_identity: null,
      dial_requested_by: null,
      created_at: row.begun_at,
      updated_at: row.begun_at,
    };
    const accepted = toCall(row, [{ call_id: call.id, ...planned, ...nothingYet }]);
    return { kind: 'accepted', call: accepted, lease: { tenantId, callId: call.id, fence: 1 } };
  }
  const known = await findKey(db, tenantId, { key, requestHash });
  if (known === undefined) throw new Error('An idempotency key vanished while it was used.');
  return known;
}

export async function findKey(
  db: Database,
  tenantId: string,
  { key, requestHash }: IdempotencyKey,
): Promise<KnownKey | undefined> {
  const [row] = await db.query<{ request_hash: string; call_id: string }>(
    tenantId,
    `SELECT request_hash, call_id::text FROM "${db.schema}".idempotency_keys WHERE tenant_id = $1 AND key = $2`,
    [tenantId, key],
  );
  if (row === undefined) return undefined;
  if (row.request_hash !== requestHash) return { kind: 'conflict', callId: row.call_id };
  const call = await readCall(db, tenantId, row.call_id);
  return call === undefined ? { kind: 'gone', callId: row.call_id } : { kind: 'replayed', call };
}
