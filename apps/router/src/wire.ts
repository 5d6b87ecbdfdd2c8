import { RouterService } from '@dialplane/contracts';
import { resolveDatabase, startSnapshotFeed } from '@dialplane/database';
import type { FeedEvent } from '@dialplane/database';
import { duplex, startServer, unary } from '@dialplane/grpc';
import { createLogger, createMetrics } from '@dialplane/telemetry';

import { boundWaits } from './bound-waits.ts';
import { snapshotFileOf, snapshotServerOf } from './config.ts';
import type { Config } from './config.ts';
import { createDecisionRecord } from './create-decision-record.ts';
import { encodeRouteCall } from './encode-route-call.ts';
import { encodeRouteCalls } from './encode-route-calls.ts';
import { explainRoute } from './explain-route.ts';
import { listRouteProblems } from './list-route-problems.ts';
import { logFeedEvent } from './log-feed-event.ts';
import { measureSnapshot } from './measure-snapshot.ts';
import { routeCall } from './route-call.ts';
import { routeCalls } from './route-calls.ts';
import { watchAge } from './watch-age.ts';

/** The largest message taken: 1,000 requests with every field as long as it may be. */
const MAX_REQUEST_BYTES = 1024 * 1024;

/** A version that was just written comes in that time; who waits for another is told to ask elsewhere, not cut off. */
const WAITS_SHARE_OF_DRAIN = 0.25;

/** The contract, with replies that are written by hand where it pays. */
const DEFINITION = {
  ...RouterService,
  routeCall: { ...RouterService.routeCall, responseSerialize: encodeRouteCall },
  routeCalls: { ...RouterService.routeCalls, responseSerialize: encodeRouteCalls },
};

export interface RunningRouter {
  /** `host:port` as it listens. */
  readonly address: string;
  /** `host:port` of its metrics; undefined when they are not served. */
  readonly metricsAddress: string | undefined;
  /** Finishes what is in flight, then closes everything. */
  stop(): Promise<void>;
}

/** Builds the router and starts it. When that fails, nothing of it is left running. */
export async function startRouter(config: Config): Promise<RunningRouter> {
  const { environmentFallback, maxAgeMs } = config;
  const logger = createLogger({ service: 'router', level: config.logLevel });
  const metrics = createMetrics();
  const onProgress = (line: string) => logger.info(line);
  const { url, schema, embedded } = await resolveDatabase({
    env: config.env,
    role: 'router',
    folder: config.home,
    onProgress,
  });
  const feedEvents = metrics.counter('dialplane_snapshot_events_total', 'What became of the snapshot', ['kind']);
  const onEvent = (event: FeedEvent): void => {
    feedEvents.inc({ kind: event.kind });
    logFeedEvent(logger, event);
  };
  const feed = await startSnapshotFeed({
    url,
    schema,
    file: snapshotFileOf(config, { url, schema, embedded }),
    server: snapshotServerOf(config, { embedded }),
    onEvent,
  });
  let scraped: Awaited<ReturnType<typeof metrics.serve>> | undefined;
  const close = async (): Promise<void> => {
    await scraped?.close();
    await feed.stop();
  };
  try {
    measureSnapshot(metrics, feed);
    if (environmentFallback !== undefined) {
      logger.warn(
        'ENVIRONMENT_FALLBACK is on: numbers whose rules name no livekit_config use the credentials of the environment',
      );
    }

    const { current, ageMs } = feed;
    const waits = boundWaits(feed);
    const parts = {
      feed: { current, ageMs, reached: waits.reached },
      maxAgeMs,
      environmentFallback,
      record: createDecisionRecord(metrics),
    };
    const implementation = {
      routeCall: unary(routeCall.bind(undefined, parts)),
      routeCalls: duplex(routeCalls.bind(undefined, parts)),
      explainRoute: unary(explainRoute.bind(undefined, parts)),
      listRouteProblems: unary(listRouteProblems.bind(undefined, parts)),
    };
    if (config.metricsListen !== undefined) scraped = await metrics.serve(config.metricsListen);
    const server = await startServer({
      listen: config.listen,
      setting: 'ROUTER_LISTEN',
      services: [{ definition: DEFINITION, implementation }],
      logger,
      maxRequestBytes: MAX_REQUEST_BYTES,
    });
    const stopWatching = watchAge(feed, maxAgeMs, logger, server.setServing);
    const { startedFrom } = feed;
    logger.info({ address: server.address, metrics: scraped?.address, schema, startedFrom }, 'router is listening');
    return {
      address: server.address,
      metricsAddress: scraped?.address,
      stop: async () => {
        const endWaits = setTimeout(waits.stop, config.drainMs * WAITS_SHARE_OF_DRAIN);
        await server.drain(config.drainMs);
        clearTimeout(endWaits);
        stopWatching();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
