import { defineEntity, p } from '@mikro-orm/postgresql';
import type { CallPurpose, CallReason, CallState, FrozenTarget } from '@dialplane/calls';

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
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
