import { randomUUID } from 'node:crypto';

import type { AttemptMove, Call, CallRepository, Lease, NewAttempt, NewCall } from '@dialplane/calls';
import { createCallRepository, openDatabase } from '@dialplane/database';
import type { Database } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { aCall, runSql, withSession } from './fixtures.ts';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const ANOTHER = '22222222-2222-4222-8222-222222222222';

/** Long enough for every test that does not wait for it to run out. */
const LEASE_MS = 60_000;

/** Two dispatchers on one database, each with connections of its own. */
export interface CallsCase {
  readonly database: TestDatabase;
  readonly dbs: readonly [Database, Database];
  /** Dispatchers `one` and `two`. */
  readonly one: CallRepository;
  readonly two: CallRepository;
  close(): Promise<void>;
}

export async function aCallsCase(options: { readonly schema?: string } = {}): Promise<CallsCase> {
  const database = await createTestDatabase(options);
  const open = (): Promise<Database> => openDatabase({ url: database.urls.dispatcher, schema: database.schema });
  const dbs = [await open(), await open()] as const;
  return {
    database,
    dbs,
    one: createCallRepository(dbs[0], { holder: 'one', leaseMs: LEASE_MS }),
    two: createCallRepository(dbs[1], { holder: 'two', leaseMs: LEASE_MS }),
    close: async () => {
      for (const db of dbs) await db.close();
      await database.drop();
    },
  };
}

export const aKey = (): { key: string; requestHash: string } => ({ key: randomUUID(), requestHash: 'hash' });

export function anAttempt(callId: string, change: Partial<NewAttempt> = {}): NewAttempt {
  const number = change.number ?? 1;
  return { number, targetIndex: number - 1, dialMode: 'claiming', room: `call-${callId}-${number}`, ...change };
}

/** A call that was just accepted. */
export async function accepted(
  calls: CallRepository,
  { attempt = {}, ...change }: Partial<NewCall> & { readonly attempt?: Partial<NewAttempt> } = {},
): Promise<Lease> {
  const call = aCall(change);
  const outcome = await calls.accept(TENANT, aKey(), call, anAttempt(call.id, attempt));
  if (outcome.kind !== 'accepted') throw new Error(`The call is ${outcome.kind}.`);
  return outcome.lease;
}

/** One that may be dialled: the permit is granted to its first attempt. */
export async function permitted(calls: CallRepository, holder = 'AJ_1'): Promise<Lease> {
  const lease = await accepted(calls);
  const outcome = await calls.grantPermit(lease.tenantId, lease.callId, 1, { holder, nonce: 'nonce' });
  if (outcome.kind !== 'granted') throw new Error(`The permit was refused: ${outcome.why}.`);
  return lease;
}

export async function read(calls: CallRepository, { tenantId, callId }: Lease): Promise<Call> {
  const call = await calls.get(tenantId, callId);
  if (call === undefined) throw new Error(`There is no call ${callId}.`);
  return call;
}

/** One move of each kind. */
export const MOVES = {
  room_ready: { to: 'room_ready', agentDispatchId: 'AD_2', evidence: 'createRoom' },
  agent_ready: { to: 'agent_ready', agentIdentity: 'agent-AJ_2', evidence: 'participant' },
  dialing: { to: 'dialing', evidence: 'dial sent' },
  ringing: { to: 'ringing', evidence: 'participant' },
  answered: { to: 'answered', evidence: 'dial returned' },
  ended: { to: 'ended', reason: null, hungUpBy: 'callee', evidence: 'participant left' },
  failed: { to: 'failed', reason: 'busy', sipCode: 486, isLast: true, evidence: 'dial returned' },
  unknown: { to: 'unknown', reason: 'outcome_unknown', evidence: 'dial timed out' },
} as const satisfies Readonly<Record<string, AttemptMove>>;

/** Lets every lease run out, by the database's clock. */
export const letLeasesRunOut = ({ ownerUrl, schema }: TestDatabase): Promise<object[]> =>
  runSql(ownerUrl, `UPDATE "${schema}".voice_call_logs SET lease_until = clock_timestamp() - interval '1 second'`);

/** What `asking` comes to when its call's attempt fails, at the hand of another process, while it waits for the call. */
export async function whileAttemptFails<T>(
  { ownerUrl, schema }: TestDatabase,
  { callId }: Lease,
  asking: () => Promise<T>,
): Promise<T> {
  return withSession(ownerUrl, async (session) => {
    await session.query('BEGIN');
    await session.query(`UPDATE "${schema}".voice_call_logs SET state = 'in_progress' WHERE id = $1`, [callId]);
    await session.query(`UPDATE "${schema}".call_attempts SET state = 'failed' WHERE call_id = $1`, [callId]);
    const answer = asking();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await session.query('COMMIT');
    return answer;
  });
}

/** The same statements, but for a change: a repository on it has a protection less. */
export function rewriting(db: Database, change: (sql: string) => string): Database {
  return { ...db, query: (tenantId, sql, ...rest) => db.query(tenantId, change(sql), ...rest) };
}
