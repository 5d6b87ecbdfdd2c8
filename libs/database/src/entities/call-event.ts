import { defineEntity, p } from '@mikro-orm/postgresql';
import type { CallEventKind, CallReason } from '@dialplane/calls';

/** One thing that happened to a call; there is no grant to change it. */
export const CallEvent = defineEntity({
  name: 'CallEvent',
  tableName: 'voice_call_events',
  schema: '*',
  properties: {
    tenantId: p.uuid().primary(),
    callId: p.uuid().primary(),
    number: p.integer().primary(),
    at: p.datetime(6).defaultRaw('clock_timestamp()'),
    attempt: p.integer(),
    kind: p.text().$type<CallEventKind>(),
    reason: p.text().$type<CallReason>().nullable(),
    sipCode: p.integer().nullable(),
    evidence: p.text(),
  },
});
