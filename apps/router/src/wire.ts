import { RouterService } from '@dialplane/contracts';
import type { RouterServer } from '@dialplane/contracts';
import { loadRoutingView, openDatabase, resolveDatabase } from '@dialplane/database';
import { startServer, unary } from '@dialplane/grpc';
import { createLogger, createMetrics } from '@dialplane/telemetry';

import type { Config } from './config.ts';
import type { LoadView } from './decide-request.ts';
import { explainRoute } from './explain-route.ts';
import { routeCall } from './route-call.ts';
import { toStatusError } from './to-status-error.ts';

export interface RunningRouter {
  /** `host:port` as it listens. */
  readonly address: string;
  /** `host:port` of its metrics; undefined when they are not served. */
  readonly metricsAddress: string | undefined;
  /** Finishes what is in flight, then closes everything. */
  stop(): Promise<void>;
}

/** Builds the router and starts it. */
export async function startRouter(config: Config): Promise<RunningRouter> {
  const logger = createLogger({ service: 'router', level: config.logLevel });
  const onProgress = (line: string) => logger.info(line);
  const { url, schema } = await resolveDatabase({ env: config.env, role: 'router', folder: config.home, onProgress });
  const database = await openDatabase({ url, schema, role: 'router' });
  const loadView: LoadView = (request) => loadRoutingView(database, request, config.environmentFallback);
  if (config.environmentFallback !== undefined) {
    logger.warn(
      'ENVIRONMENT_FALLBACK is on: numbers whose rules name no livekit_config use the credentials of the environment',
    );
  }

  const metrics = createMetrics();
  const environmentFallbacks = metrics.counter(
    'dialplane_environment_fallback_total',
    'Calls routed with the credentials of the environment',
  );
  const scraped = config.metricsListen === undefined ? undefined : await metrics.serve(config.metricsListen);

  const implementation: RouterServer = {
    routeCall: unary((request, context) => routeCall({ loadView, environmentFallbacks }, request, context)),
    explainRoute: unary((request, context) => explainRoute(loadView, request, context)),
  };
  const server = await startServer({
    listen: config.listen,
    services: [{ definition: RouterService, implementation }],
    logger,
    translate: toStatusError,
  });
  logger.info({ address: server.address, metrics: scraped?.address, schema }, 'router is listening');
  return {
    address: server.address,
    metricsAddress: scraped?.address,
    stop: async () => {
      await server.drain(config.drainMs);
      await scraped?.close();
      await database.close();
    },
  };
}
