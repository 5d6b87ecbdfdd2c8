import { defineEntity, p } from '@mikro-orm/postgresql';
import type { AttemptState, CallReason, DialMode, FrozenTarget } from '@dialplane/calls';

export const CallAttempt = defineEntity({
  name: 'CallAttempt',
  tableName: 'call_attempts',
  schema: '*',
  properties: {
    tenantId: p.uuid().primary(),
    callId: p.uuid().primary(),
    number: p.integer().primary(),
    state: p.text().$type<AttemptState>(),
    reason: p.text().$type<CallReason>().nullable(),
    target: p.json().$type<FrozenTarget>(),
    room: p.text().unique('call_attempts_room_key'),
    agentDispatchId: p.text().nullable(),
    targetIndex: p.integer().defaultRaw('0'),
    dialMode: p.text().$type<DialMode>().defaultRaw(`'legacy'`),
    sipCode: p.integer().nullable(),
    agentIdentity: p.text().nullable(),
    dialRequestedBy: p.text().nullable(),
    createdAt: p.datetime(6).defaultRaw('now()'),
    updatedAt: p.datetime(6).defaultRaw('now()'),
  },
});
