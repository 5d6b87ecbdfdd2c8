import type { CallRepository } from '@dialplane/calls';

import type { Database } from '../open-database.ts';
import { acceptCall, findKey } from './calls/accept-call.ts';
import { cancelCall, noteEvent, requestDial } from './calls/ask-for-calls.ts';
import { grantPermit } from './calls/grant-permit.ts';
import { readEventsAfter, releaseLeases, renewLeases, takeOverCalls } from './calls/lease-calls.ts';
import type { Holder } from './calls/lease-calls.ts';
import { moveAttempt } from './calls/move-attempt.ts';
import { listCalls, readCall, readEvents } from './calls/read-calls.ts';
import { readStanding } from './calls/read-standing.ts';
import { startAttempt } from './calls/start-attempt.ts';

/** Each write is one statement, and thereby one transaction. `holder` names this process, unlike any other. */
export function createCallRepository(db: Database, holder: Holder): CallRepository {
  return {
    findByKey: (tenantId, key) => findKey(db, tenantId, key),
    accept: (tenantId, key, call, attempt) => acceptCall(db, holder, tenantId, key, call, attempt),
    startAttempt: (lease, attempt) => startAttempt(db, lease, attempt),
    move: ({ fence, ...call }, number, move) => moveAttempt(db, { ...call, number }, { fence }, move),
    report: (tenantId, callId, number, of, move) => moveAttempt(db, { tenantId, callId, number }, { holder: of }, move),
    grantPermit: (tenantId, callId, number, claim) => grantPermit(db, { tenantId, callId, number }, claim),
    requestDial: (tenantId, callId, number, jobId) => requestDial(db, { tenantId, callId, number }, jobId),
    cancel: (tenantId, callId) => cancelCall(db, tenantId, callId),
    note: (lease, attempt, kind, evidence) => noteEvent(db, lease, attempt, kind, evidence),
    get: (tenantId, callId) => readCall(db, tenantId, callId),
    stand: (lease) => readStanding(db, lease),
    events: (tenantId, callId, after) => readEvents(db, tenantId, callId, after),
    list: (tenantId, filter, page) => listCalls(db, tenantId, filter, page),

    renew: (leases) => renewLeases(db, holder, leases),
    takeOver: (limit) => takeOverCalls(db, holder, limit),
    release: (leases) => releaseLeases(db, holder, leases),
    eventsAfter: (seen) => readEventsAfter(db, seen),
  };
}
