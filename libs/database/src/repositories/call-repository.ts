import { LockMode, raw } from '@mikro-orm/postgresql';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { callStateAfter, statesBefore } from '@dialplane/calls';
import type { Attempt, Call, CallRepository, FrozenTarget, IdempotencyKey as Key, KnownKey } from '@dialplane/calls';

import { CallAttempt } from '../entities/call-attempt.ts';
import { IdempotencyKey } from '../entities/idempotency-key.ts';
import { VoiceCallLog } from '../entities/voice-call-log.ts';
import type { Database } from '../open-database.ts';
import { namingTable } from './naming-table.ts';

/** By name: there is no grant on what else an adopted table has. */
const CALL_FIELDS = [
  'id',
  'tenantId',
  'initiatedBy',
  'agentId',
  'fromNumber',
  'toNumber',
  'purpose',
  'source',
  'snapshotVersion',
  'targets',
  'metadata',
  'ringingTimeoutSeconds',
  'maxDurationSeconds',
  'state',
  'reason',
  'createdAt',
  'updatedAt',
] as const;
const ATTEMPT_FIELDS = ['number', 'state', 'reason', 'target', 'room', 'agentDispatchId'] as const;

/** The database's clock, at the moment of the statement. */
const NOW = raw('clock_timestamp()');

export function createCallRepository(db: Database): CallRepository {
  return {
    findByKey: (tenantId, key) => db.withTenant(tenantId, (em) => readKey(em, tenantId, key)),

    accept: (tenantId, { key, requestHash }, call) =>
      db.withTenant(tenantId, async (em) => {
        const inserted = await em.execute<unknown[]>(
          `INSERT INTO "${db.schema}".idempotency_keys (tenant_id, key, request_hash, call_id)
           VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1`,
          [tenantId, key, requestHash, call.id],
        );
        if (inserted.length === 0) {
          const known = await readKey(em, tenantId, { key, requestHash });
          if (known === undefined) throw new Error('An idempotency key vanished while it was used.');
          return known;
        }
        const row = { ...call, agentId: call.agentId || null, tenantId, state: 'accepted', attempt: 0 } as const;
        await namingTable(VoiceCallLog, em.insert(VoiceCallLog, row));
        const accepted = await readCall(em, tenantId, call.id);
        if (accepted === undefined) throw new Error(`Call ${call.id} was written and cannot be read.`);
        return { kind: 'accepted', call: accepted };
      }),

    startAttempt: (tenantId, callId, { number, room }) =>
      db.withTenant(tenantId, async (em) => {
        const isNext = {
          tenantId,
          id: callId,
          attempt: number - 1,
          state: { $in: ['accepted', 'in_progress'] },
        } as const;
        const moved = await em.nativeUpdate(VoiceCallLog, isNext, {
          attempt: number,
          state: 'in_progress',
          updatedAt: NOW,
        });
        if (moved === 0) return false;
        const target = (await readCall(em, tenantId, callId))?.targets[number - 1];
        if (target === undefined) throw new Error(`Call ${callId} has no target for attempt ${number}.`);
        await em.insert(CallAttempt, { tenantId, callId, number, state: 'planned', target, room });
        return true;
      }),

    moveAttempt: (tenantId, callId, number, move) =>
      db.withTenant(tenantId, async (em) => {
        // The call's row first, as startAttempt does: a new attempt revokes this one, or comes after this move.
        const isCurrent = { tenantId, id: callId, attempt: number };
        const call = await em.findOne(VoiceCallLog, isCurrent, {
          fields: ['id'],
          lockMode: LockMode.PESSIMISTIC_WRITE,
        });
        if (call === null) return false;
        const reason = 'reason' in move ? move.reason : null;
        const moved = await em.nativeUpdate(
          CallAttempt,
          { tenantId, callId, number, state: { $in: statesBefore(move.to) } },
          {
            state: move.to,
            reason,
            ...('agentDispatchId' in move && { agentDispatchId: move.agentDispatchId }),
            updatedAt: NOW,
          },
        );
        if (moved === 0) return false;
        await em.nativeUpdate(VoiceCallLog, isCurrent, { state: callStateAfter(move.to), reason, updatedAt: NOW });
        return true;
      }),

    get: (tenantId, callId) => db.withTenant(tenantId, (em) => readCall(em, tenantId, callId)),
  };
}

async function readKey(
  em: SqlEntityManager,
  tenantId: string,
  { key, requestHash }: Key,
): Promise<KnownKey | undefined> {
  const row = await em.findOne(IdempotencyKey, { tenantId, key }, { fields: ['requestHash', 'callId'] });
  if (row === null) return undefined;
  if (row.requestHash !== requestHash) return { kind: 'conflict', callId: row.callId };
  const call = await readCall(em, tenantId, row.callId);
  return call === undefined ? { kind: 'gone', callId: row.callId } : { kind: 'replayed', call };
}

/** Rows that were in an adopted table before, and have no targets, are not our calls. */
async function readCall(em: SqlEntityManager, tenantId: string, callId: string): Promise<Call | undefined> {
  const row = await em.findOne(
    VoiceCallLog,
    { tenantId, id: callId, targets: { $ne: null } },
    { fields: CALL_FIELDS, refresh: true },
  );
  if (row === null || !row.targets || !row.state) return undefined;
  const attempts = await em.find(
    CallAttempt,
    { tenantId, callId },
    { fields: ATTEMPT_FIELDS, orderBy: { number: 'asc' }, refresh: true },
  );
  return {
    id: row.id,
    tenantId: row.tenantId,
    initiatedBy: row.initiatedBy ?? null,
    agentId: row.agentId ?? '',
    fromNumber: row.fromNumber ?? '',
    toNumber: row.toNumber ?? '',
    purpose: row.purpose ?? null,
    source: row.source ?? 'database',
    snapshotVersion: row.snapshotVersion ?? '',
    // The ORM takes JSON for an entity where fields are named.
    targets: (row.targets as unknown as readonly StoredTarget[]).map((target) => toTarget(target, row.toNumber ?? '')),
    metadata: row.metadata ?? {},
    ringingTimeoutSeconds: Number(row.ringingTimeoutSeconds ?? 0), // Text, where an adopted column is a bigint.
    maxDurationSeconds: Number(row.maxDurationSeconds ?? 0),
    state: row.state,
    reason: row.reason ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    attempts: attempts.map((attempt) => toAttempt(attempt, row.toNumber ?? '')),
  };
}

interface StoredAttempt {
  readonly number: number;
  readonly state: Attempt['state'];
  readonly reason?: Attempt['reason'];
  readonly target: StoredTarget;
  readonly room: string;
  readonly agentDispatchId?: string | null;
}

function toAttempt(stored: StoredAttempt, toNumber: string): Attempt {
  const { number, state, reason, target, room, agentDispatchId } = stored;
  return {
    number,
    state,
    reason: reason ?? null,
    target: toTarget(target, toNumber),
    room,
    agentDispatchId: agentDispatchId ?? null,
  };
}

/** Rows of earlier releases have neither of the three, and were to be dialled as they were. */
type StoredTarget = Omit<FrozenTarget, Later> & Partial<Pick<FrozenTarget, Later>>;
type Later = 'dialString' | 'callerIdString' | 'sipHeaders';

function toTarget(stored: StoredTarget, toNumber: string): FrozenTarget {
  return { dialString: toNumber, callerIdString: stored.callerId, sipHeaders: {}, ...stored };
}
