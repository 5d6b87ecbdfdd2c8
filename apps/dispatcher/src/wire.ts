import { DispatcherService, RouterClient } from '@dialplane/contracts';
import type { DispatcherServer, Route, Target } from '@dialplane/contracts';
import {
  createCallRepository,
  createDoNotCallRepository,
  createLiveKitConfigRepository,
  createTrunkReader,
  createUserTenantReader,
  openDatabase,
  readSnapshotVersion,
  resolveDatabase,
} from '@dialplane/database';
import { startServer, unary } from '@dialplane/grpc';
import { createLiveKitClient } from '@dialplane/livekit';
import { createKeyFile, createLocalKeyWrapper, createSecretBox, readKeyEncryptionKey } from '@dialplane/secrets';
import { createLogger } from '@dialplane/telemetry';
import { credentials } from '@grpc/grpc-js';

import { addDoNotCall } from './add-do-not-call.ts';
import { createAskRouter } from './ask-router.ts';
import { createCallsInProgress } from './create-calls-in-progress.ts';
import type { Config } from './config.ts';
import { dispatch } from './dispatch.ts';
import { getCall } from './get-call.ts';
import { readCredential } from './read-credential.ts';
import { toStatusError } from './to-status-error.ts';

/** The longest pause before a router that was away is tried again; grpc-js's own is two minutes. */
const ROUTER_RECONNECT_MS = 2_000;

export interface RunningDispatcher {
  /** `host:port` as it listens. */
  readonly address: string;
  /** Finishes what is in flight, then closes everything. */
  stop(): Promise<void>;
}

/** Builds the dispatcher and starts it. */
export async function startDispatcher(config: Config): Promise<RunningDispatcher> {
  const { env, home, environmentCredential, agentReadyMs } = config;
  const logger = createLogger({ service: 'dispatcher', level: config.logLevel });
  const onProgress = (line: string) => logger.info(line);
  const { url, schema, embedded } = await resolveDatabase({ env, role: 'dispatcher', folder: home, onProgress });
  const keyFile = embedded ? `${home}/kek` : undefined;
  if (keyFile !== undefined) await createKeyFile(keyFile);
  const kek = await readKeyEncryptionKey({ env, keyFile });
  const database = await openDatabase({ url, schema, role: 'dispatcher' });

  const users = createUserTenantReader(database);
  const calls = createCallRepository(database);
  const secretBox = createSecretBox(createLocalKeyWrapper(kek));
  const sources = {
    configs: createLiveKitConfigRepository(database),
    trunks: createTrunkReader(database),
    secretBox,
    environmentCredential,
  };
  const router = new RouterClient(config.routerAddress, credentials.createInsecure(), {
    'grpc.max_reconnect_backoff_ms': ROUTER_RECONNECT_MS,
  });
  const inProgress = createCallsInProgress({ calls, connect: createLiveKitClient, agentReadyMs, logger });
  const parts = {
    users,
    calls,
    doNotCall: createDoNotCallRepository(database),
    snapshotVersion: () => readSnapshotVersion(database),
    askRouter: createAskRouter(router),
    readCredential: (tenantId: string, source: Route['source'], target: Target) =>
      readCredential(sources, tenantId, source, target),
    isFull: inProgress.isFull,
    carryOut: inProgress.carryOut,
  };

  const implementation: DispatcherServer = {
    dispatch: unary((request, context) => dispatch(parts, request, context)),
    getCall: unary((request) => getCall(parts, request)),
    addDoNotCall: unary((request) => addDoNotCall(parts, request)),
  };
  const server = await startServer({
    listen: config.listen,
    services: [{ definition: DispatcherService, implementation }],
    logger,
    translate: (error) => toStatusError(error),
  });
  logger.info({ address: server.address, schema }, 'dispatcher is listening');
  return {
    address: server.address,
    stop: async () => {
      await server.drain(config.drainMs);
      await inProgress.settle(config.drainMs);
      router.close();
      await database.close();
    },
  };
}
