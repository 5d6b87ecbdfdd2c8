import type { AttemptMove, Call, CallRepository, DialMode, Lease, NewCall } from '@dialplane/calls';
import { AgentCallsClient, AgentCallsService, DispatcherClient, DispatcherService } from '@dialplane/contracts';
import { createCallRepository, createTrunkReader, createUserTenantReader, openDatabase } from '@dialplane/database';
import type { Database } from '@dialplane/database';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';
import { serverStream, startServer, unary } from '@dialplane/grpc';
import { deriveSigningKey, importKeyEncryptionKey } from '@dialplane/secrets';
import { createLogger } from '@dialplane/telemetry';
import { credentials } from '@grpc/grpc-js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import pg from 'pg';

import { agentCallsServer } from '../src/agent-calls/agent-calls-server.ts';
import { createAgentTokens } from '../src/agent-calls/create-agent-tokens.ts';
import type { AgentTokens } from '../src/agent-calls/create-agent-tokens.ts';
import { createCallFeed } from '../src/call-feed.ts';
import type { CallFeed } from '../src/call-feed.ts';
import { cancelCall } from '../src/cancel-call.ts';
import { createSipCodeReader } from '../src/targets/create-sip-code-reader.ts';
import { getCall } from '../src/get-call.ts';
import { createDeploymentHealth } from '../src/health/deployment-health.ts';
import type { DeploymentHealth } from '../src/health/deployment-health.ts';
import { listCalls } from '../src/list-calls.ts';
import { toStatusError } from '../src/refusals/to-status-error.ts';
import { watchCall } from '../src/watch-call.ts';
import { OTHER_TENANT, OTHER_USER, TENANT, USER } from './known-ids.ts';
import { newAttempt, newCall } from './stored-call.ts';

/** Shorter than the dispatcher's own, so that tests of what is over end soon. */
const ENRICHMENT_MS = 300;
const LOOK_EVERY_MS = 200;

export interface AcceptedCall {
  readonly call: Call;
  readonly lease: Lease;
  /** Moves the current attempt as who carries the call out. */
  move(move: AttemptMove): Promise<void>;
}

/** What answers for calls, over a real database and real gRPC, and nobody who carries calls out. */
export interface CallService {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly calls: CallRepository;
  readonly feed: CallFeed;
  readonly tokens: AgentTokens;
  readonly health: DeploymentHealth;
  readonly dispatcher: DispatcherClient;
  readonly agents: AgentCallsClient;
  readonly agentCallsAddress: string;
  sql(text: string, values?: unknown[]): Promise<unknown[]>;
  accept(mode: DialMode, change?: Partial<NewCall>, tenantId?: string): Promise<AcceptedCall>;
  stop(): Promise<void>;
}

export async function startCallService(): Promise<CallService> {
  const database = await createTestDatabase();
  const superuser = new pg.Client({ connectionString: database.superuserUrl });
  await superuser.connect();
  const sql = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
    (await superuser.query(text.replaceAll('$schema', database.schema), values)).rows as unknown[];
  const people = [USER, TENANT, OTHER_USER, OTHER_TENANT];
  await sql('INSERT INTO $schema.users (id, tenant_id) VALUES ($1, $2), ($3, $4)', people);

  const db = await openDatabase({ url: database.urls.dispatcher, schema: database.schema, role: 'dispatcher' });
  const logger = createLogger({ service: 'test', level: 'silent' });
  const calls = createCallRepository(db, { holder: 'test', leaseMs: 60_000 });
  const feed = createCallFeed({ eventsAfter: calls.eventsAfter, pollMs: 50, logger });
  const kek = await importKeyEncryptionKey(new Uint8Array(32).fill(7));
  const tokens = createAgentTokens(await deriveSigningKey(kek, 'agent tokens'), Date.now);
  const hangUp = async () => true;
  const health = createDeploymentHealth({ probe: async () => undefined });
  const sipCodesOf = createSipCodeReader(createTrunkReader(db), logger);
  const users = createUserTenantReader(db);
  const short = { enrichmentMs: ENRICHMENT_MS, lookEveryMs: LOOK_EVERY_MS };
  const parts = { users, calls, feed, tokens, hangUp, sipCodesOf, health, now: Date.now, ...short };
  const elsewhere = unary<unknown, never>(() => {
    throw new Error('This method is tested elsewhere.');
  });
  const translate = (error: unknown) => toStatusError(error);
  const server = await startServer({
    listen: '127.0.0.1:0',
    services: [
      {
        definition: DispatcherService,
        implementation: {
          dispatch: elsewhere,
          addDoNotCall: elsewhere,
          getCall: unary((request) => getCall(parts, request as never)),
          listCalls: unary((request) => listCalls(parts, request as never)),
          cancelCall: unary((request) => cancelCall(parts, request as never)),
          watchCall: serverStream((request, context) => watchCall(parts, request as never, context)),
        },
      },
    ],
    logger,
    translate,
  });
  const agentCalls = await startServer({
    listen: '127.0.0.1:0',
    services: [{ definition: AgentCallsService, implementation: agentCallsServer(parts) }],
    logger,
    translate,
  });
  const dispatcher = new DispatcherClient(server.address, credentials.createInsecure());
  const agents = new AgentCallsClient(agentCalls.address, credentials.createInsecure());
  let keys = 0;

  return {
    database,
    db,
    calls,
    feed,
    tokens,
    health,
    dispatcher,
    agents,
    agentCallsAddress: agentCalls.address,
    sql,
    async accept(mode, change = {}, tenantId = TENANT) {
      const call = newCall(change);
      const key = { key: `key-${keys++}`, requestHash: '1:test' };
      const accepted = await calls.accept(tenantId, key, call, newAttempt(call.id, mode));
      if (accepted.kind !== 'accepted') throw new Error(`The call was not accepted: ${accepted.kind}.`);
      const { lease } = accepted;
      let attempt = 1;
      return {
        ...accepted,
        move: async (move) => {
          attempt = (await calls.get(tenantId, call.id))?.attempts.at(-1)?.number ?? attempt;
          if (!(await calls.move(lease, attempt, move))) throw new Error(`The attempt did not move to ${move.to}.`);
        },
      };
    },
    async stop() {
      dispatcher.close();
      agents.close();
      health.stop();
      await Promise.all([server.drain(0), agentCalls.drain(0)]);
      await db.close();
      await superuser.end();
      await database.drop();
    },
  };
}

/** The messages of a stream as they come, and how it ended. */
export function follow<Message>(stream: ClientReadableStream<Message>) {
  const messages: Message[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    stream.on('data', (message: Message) => messages.push(message));
    stream.on('end', resolve);
    stream.on('error', reject);
  });
  ended.catch(() => undefined);
  return { messages, ended, cancel: () => stream.cancel() };
}

/** Waits until something is so; fails when it is not within half a minute. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const giveUpAt = Date.now() + 30_000; !(await isSo());) {
    if (Date.now() > giveUpAt) throw new Error('It did not come to that.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
