import type { WebhookOwners } from '@dialplane/calls';
import { AgentCallsService, DispatcherService } from '@dialplane/contracts';
import { startServer } from '@dialplane/grpc';
import { createLiveKitClient } from '@dialplane/livekit';
import type { LiveKitEvent } from '@dialplane/livekit';
import { createLogger } from '@dialplane/telemetry';

import { agentCallsServer } from './agent-calls/agent-calls-server.ts';
import { createAgentAccess } from './agent-calls/create-agent-access.ts';
import { createAgentTokens } from './agent-calls/create-agent-tokens.ts';
import { createHangUp } from './agent-calls/create-hang-up.ts';
import { dialTokenSeconds } from './agent-calls/token-lifetimes.ts';
import { createAskRouter } from './router/ask-router.ts';
import { createCallFeed } from './call-feed.ts';
import { createCallsInProgress } from './carry-out/create-calls-in-progress.ts';
import { TIMING } from './carry-out/timing.ts';
import type { Config } from './config.ts';
import { connectRouter } from './router/connect-router.ts';
import { createDeploymentAccess } from './carry-out/create-deployment-access.ts';
import { createOpenSecret } from './targets/create-open-secret.ts';
import { createReadAhead } from './targets/create-read-ahead.ts';
import { createRouteStream } from './router/create-route-stream.ts';
import { createSipCodeReader } from './targets/create-sip-code-reader.ts';
import { dispatcherServer } from './dispatcher-server.ts';
import { createDeploymentHealth } from './health/deployment-health.ts';
import { probeDeployment } from './health/probe-deployment.ts';
import { openStores } from './open-stores.ts';
import type { DeploymentCredential } from './targets/open-credential.ts';
import { readCredential } from './targets/read-credential.ts';
import { startSharedClock } from './start-shared-clock.ts';
import { toStatusError } from './refusals/to-status-error.ts';
import { createDepartures } from './webhooks/create-departures.ts';
import { createFindWebhookKeys } from './webhooks/find-webhook-keys.ts';
import { refuseEarly } from './webhooks/refuse-early.ts';
import { startPruning } from './webhooks/start-pruning.ts';
import { startWebhookServer } from './webhooks/start-webhook-server.ts';
import { takeWebhook } from './webhooks/take-webhook.ts';

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
  const { environmentCredential, agentReadyMs, claimWithinMs, leaseMs } = config;
  const logger = createLogger({ service: 'dispatcher', level: config.logLevel });
  const stores = await openStores(config, logger);
  const { schema, calls, webhooks } = stores;
  const openSecret = createOpenSecret(stores.secretBox);
  const sources = { targets: stores.targets, openSecret, environmentCredential };
  const router = connectRouter(config.routerAddress);
  const routeStream = createRouteStream(router);
  const feed = createCallFeed({ eventsAfter: calls.eventsAfter, logger });
  const clock = await startSharedClock({ read: stores.readTime, logger });
  const tokens = createAgentTokens(stores.agentKey, clock.now);
  /** The last credential used for each origin: what its health is asked with. */
  const lastUsed = new Map<string, DeploymentCredential>();
  const health = createDeploymentHealth({
    probe: (origin) => probeDeployment(lastUsed, createLiveKitClient, origin),
    onChange: (change) => logger.warn(change, 'the health of a deployment changed'),
  });
  const access = createDeploymentAccess(sources, health, lastUsed);
  const sipCodesOf = createSipCodeReader(stores.trunks, logger);
  const agentCalls = await startServer({
    listen: config.agentCallsListen,
    setting: 'AGENT_CALLS_LISTEN',
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
  const webhookParts = {
    keysOf: createFindWebhookKeys({ webhookKeys: stores.webhookKeys, openSecret, environmentCredential }),
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
  const implementation = dispatcherServer({
    ...stores,
    feed,
    inProgress,
    now: clock.now,
    order: health.order,
    askRouter: createAskRouter(router, routeStream),
    readAhead: createReadAhead(readCredential.bind(undefined, sources)),
  });
  const server = await startServer({
    listen: config.listen,
    setting: 'DISPATCHER_LISTEN',
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
      await stores.close();
    },
  };
}
