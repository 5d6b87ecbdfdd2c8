import { defineEntity, p } from '@mikro-orm/postgresql';
import type { CallPurpose, CallReason, CallState, FrozenTarget, HungUpBy } from '@dialplane/calls';

/** A call. Of an adopted table's own rows ours have `targets`. */
export const VoiceCallLog = defineEntity({
  name: 'VoiceCallLog',
  tableName: 'voice_call_logs',
  schema: '*',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    tenantId: p.uuid(),
    initiatedBy: p.uuid().nullable(),
    agentId: p.text().nullable(),
    fromNumber: p.text().nullable(),
    toNumber: p.text().nullable(),
    purpose: p.text().$type<CallPurpose>().nullable(),
    state: p.text().$type<CallState>().nullable(),
    reason: p.text().$type<CallReason>().nullable(),
    sipCode: p.integer().nullable(),
    source: p.text().$type<'database' | 'environment'>().nullable(),
    snapshotVersion: p.text().nullable(),
    targets: p.json().$type<readonly FrozenTarget[]>().nullable(),
    metadata: p.json().$type<Readonly<Record<string, unknown>>>().nullable(),
    ringingTimeoutSeconds: p.integer().nullable(),
    maxDurationSeconds: p.integer().nullable(),
    /** The number of the current attempt; 0 before the first. */
    attempt: p.integer().defaultRaw('0'),
    onAgentLost: p.text().$type<'end' | 'keep'>().nullable(),
    /** Raised by each process that takes the call over. */
    fence: p.integer().defaultRaw('0'),
    leaseHolder: p.text().nullable(),
    leaseUntil: p.datetime(6).nullable(),
    cancelledAt: p.datetime(6).nullable(),
    permitAttempt: p.integer().nullable(),
    permitAt: p.datetime(6).nullable(),
    permitHolder: p.text().nullable(),
    permitNonce: p.text().nullable(),
    /** Of the lease that the permit was granted to; null for an agent's claim. */
    permitFence: p.integer().nullable(),
    dialedAt: p.datetime(6).nullable(),
    ringingAt: p.datetime(6).nullable(),
    answeredAt: p.datetime(6).nullable(),
    endedAt: p.datetime(6).nullable(),
    hungUpBy: p.text().$type<HungUpBy>().nullable(),
    /** The number of the last event. */
    lastEvent: p.integer().defaultRaw('0'),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
