import { randomUUID } from 'node:crypto';

import type { WebhookOwners } from '@dialplane/calls';
import { AgentCallsService, DispatcherService, RouterClient } from '@dialplane/contracts';
import type { DispatcherServer } from '@dialplane/contracts';
import {
  createCallRepository,
  createDoNotCallRepository,
  createTargetReader,
  createTrunkReader,
  createUserTenantReader,
  createWebhookKeyReader,
  createWebhookStore,
  openDatabase,
  readDatabaseTime,
  readSnapshotVersion,
  resolveDatabase,
} from '@dialplane/database';
import { serverStream, startServer, unary } from '@dialplane/grpc';
import { createLiveKitClient } from '@dialplane/livekit';
import type { LiveKitEvent } from '@dialplane/livekit';
import {
  createKeyFile,
  createLocalKeyWrapper,
  createSecretBox,
  deriveSigningKey,
  readKeyEncryptionKey,
} from '@dialplane/secrets';
import { createLogger } from '@dialplane/telemetry';
import { credentials } from '@grpc/grpc-js';

import { addDoNotCall } from './add-do-not-call.ts';
import { agentCallsServer } from './agent-calls/agent-calls-server.ts';
import { createAgentAccess } from './agent-calls/create-agent-access.ts';
import { createAgentTokens } from './agent-calls/create-agent-tokens.ts';
import { createHangUp } from './agent-calls/create-hang-up.ts';
import { dialTokenSeconds } from './agent-calls/token-lifetimes.ts';
import { createAskRouter } from './ask-router.ts';
import { createCallFeed } from './call-feed.ts';
import { cancelCall } from './cancel-call.ts';
import { createCallsInProgress } from './carry-out/create-calls-in-progress.ts';
import { TIMING } from './carry-out/timing.ts';
import type { Config } from './config.ts';
import { createReadAhead } from './create-read-ahead.ts';
import { createOpenSecret } from './create-open-secret.ts';
import { createRouteStream } from './create-route-stream.ts';
import { createDeploymentAccess } from './create-deployment-access.ts';
import { createSipCodeReader } from './create-sip-code-reader.ts';
import { dispatch } from './dispatch.ts';
import { getCall } from './get-call.ts';
import { createDeploymentHealth } from './health/deployment-health.ts';
import { probeDeployment } from './health/probe-deployment.ts';
import { listCalls } from './list-calls.ts';
import { readCredential } from './read-credential.ts';
import type { OpenedCredential } from './read-credential.ts';
import { startSharedClock } from './start-shared-clock.ts';
import { toStatusError } from './to-status-error.ts';
import { watchCall } from './watch-call.ts';
import { createDepartures } from './webhooks/create-departures.ts';
import { createFindWebhookKeys } from './webhooks/find-webhook-keys.ts';
import { refuseEarly } from './webhooks/refuse-early.ts';
import { startPruning } from './webhooks/start-pruning.ts';
import { startWebhookServer } from './webhooks/start-webhook-server.ts';
import { takeWebhook } from './webhooks/take-webhook.ts';

/** The longest pause before a router that was away is tried again; grpc-js's own is two minutes. */
const ROUTER_RECONNECT_MS = 2_000;
/** How often a router is asked whether it is there while questions are open, and how long it has to say so. */
const ROUTER_KEEPALIVE_MS = 10_000;
/** How often calls are looked for that nobody carries out any more. */
const TAKE_OVERS_PER_LEASE = 5;

export interface RunningDispatcher {
  /** `host:port` as it listens. */
  readonly address: string;
  /** `host:port` of AgentCalls. */
  readonly agentCallsAddress: string;
  /** `host:port` of the webhook endpoint. */
  readonly webhookAddress: string;
  /** Finishes what is in flight, then closes everything. */
  stop(): Promise<void>;
}

/** Builds the dispatcher and starts it. */
export async function startDispatcher(config: Config): Promise<RunningDispatcher> {
  const { env, home, environmentCredential, agentReadyMs, claimWithinMs, leaseMs } = config;
  const logger = createLogger({ service: 'dispatcher', level: config.logLevel });
  const onProgress = (line: string) => logger.info(line);
  const { url, schema, embedded } = await resolveDatabase({ env, role: 'dispatcher', folder: home, onProgress });
  const keyFile = embedded ? `${home}/kek` : undefined;
  if (keyFile !== undefined) await createKeyFile(keyFile);
  const kek = await readKeyEncryptionKey({ env, keyFile });
  const database = await openDatabase({ url, schema, role: 'dispatcher' });

  const users = createUserTenantReader(database);
  const calls = createCallRepository(database, { holder: randomUUID(), leaseMs });
  const webhooks = createWebhookStore(database);
  const secretBox = createSecretBox(createLocalKeyWrapper(kek));
  const sources = {
    targets: createTargetReader(database),
    openSecret: createOpenSecret(secretBox),
    environmentCredential,
  };
  const router = new RouterClient(config.routerAddress, credentials.createInsecure(), {
    'grpc.max_reconnect_backoff_ms': ROUTER_RECONNECT_MS,
    'grpc.keepalive_time_ms': ROUTER_KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': ROUTER_KEEPALIVE_MS,
  });
  const routeStream = createRouteStream(router);
  const feed = createCallFeed({ eventsAfter: calls.eventsAfter, logger });
  const clock = await startSharedClock({ read: () => readDatabaseTime(database), logger });
  const tokens = createAgentTokens(await deriveSigningKey(kek, 'agent calls'), clock.now);
  /** The last credential used for each origin: what its health is asked with. */
  const lastUsed = new Map<string, OpenedCredential>();
  const health = createDeploymentHealth({
    probe: (origin) => probeDeployment(lastUsed, createLiveKitClient, origin),
    onChange: (change) => logger.warn(change, 'the health of a deployment changed'),
  });
  const access = createDeploymentAccess(sources, health, lastUsed);
  const sipCodesOf = createSipCodeReader(createTrunkReader(database), logger);
  const agentCalls = await startServer({
    listen: config.agentCallsListen,
    services: [
      {
        definition: AgentCallsService,
        implementation: agentCallsServer({ calls, tokens, feed, hangUp: createHangUp(access), sipCodesOf, health }),
      },
    ],
    logger,
    translate: (error) => toStatusError(error),
  });
  const agentCallsAddress = config.agentCallsAddress ?? agentCalls.address;

  const inProgress = createCallsInProgress({
    calls,
    feed,
    logger,
    timing: { ...TIMING, agentReadyMs, claimWithinMs },
    leaseMs,
    takeOverMs: leaseMs / TAKE_OVERS_PER_LEASE,
    maxCalls: config.maxCalls,
    ...access,
    health,
    sipCodesOf,
    agentAccess: createAgentAccess(tokens, agentCallsAddress, dialTokenSeconds({ agentReadyMs, claimWithinMs })),
    departures: createDepartures(webhooks),
    onOver: ({ id, state, reason }) => logger.info({ callLogId: id, state, reason }, 'a call is over'),
  });
  const webhookKeys = createWebhookKeyReader(database);
  const webhookParts = {
    keysOf: createFindWebhookKeys({ webhookKeys, secretBox, environmentCredential }),
    store: (origin: string, event: LiveKitEvent, owners: WebhookOwners) => webhooks.store({ ...event, origin }, owners),
    nudge: inProgress.look,
  };
  const webhookServer = await startWebhookServer({
    listen: config.webhookListen,
    refuseEarly: (authorization) => refuseEarly(webhookParts.keysOf, authorization),
    take: (body, authorization) => takeWebhook(webhookParts, body, authorization),
    logger,
  });
  const pruning = startPruning({ webhooks, logger });
  const parts = {
    users,
    calls,
    feed,
    inProgress,
    now: clock.now,
    order: health.order,
    doNotCall: createDoNotCallRepository(database),
    snapshotVersion: () => readSnapshotVersion(database),
    askRouter: createAskRouter(router, routeStream),
    readAhead: createReadAhead(readCredential.bind(undefined, sources)),
  };

  const implementation: DispatcherServer = {
    dispatch: unary((request, context) => dispatch(parts, request, context)),
    getCall: unary((request) => getCall(parts, request)),
    listCalls: unary((request) => listCalls(parts, request)),
    watchCall: serverStream((request, context) => watchCall(parts, request, context)),
    cancelCall: unary((request) => cancelCall(parts, request)),
    addDoNotCall: unary((request) => addDoNotCall(parts, request)),
  };
  const server = await startServer({
    listen: config.listen,
    services: [{ definition: DispatcherService, implementation }],
    logger,
    translate: (error) => toStatusError(error),
  });
  logger.info(
    { address: server.address, agentCalls: agentCalls.address, webhooks: webhookServer.address, schema },
    'dispatcher is listening',
  );
  return {
    address: server.address,
    agentCallsAddress: agentCalls.address,
    webhookAddress: webhookServer.address,
    stop: async () => {
      await server.drain(config.drainMs);
      await Promise.all([
        inProgress.settle(config.drainMs),
        agentCalls.drain(config.drainMs),
        webhookServer.stop(config.drainMs),
        pruning.stop(),
      ]);
      health.stop();
      routeStream.close();
      clock.stop();
      router.close();
      await database.close();
    },
  };
}
