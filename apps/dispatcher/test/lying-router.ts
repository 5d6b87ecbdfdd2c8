import { RouterService } from '@dialplane/contracts';
import type { RouterServer } from '@dialplane/contracts';
import { startServer, unary } from '@dialplane/grpc';
import { createLogger } from '@dialplane/telemetry';

import { NUMBER } from './case.ts';

/** A router that says whatever it is told to, as a real one with a stale or damaged view might. */
export async function startLyingRouter() {
  let lie = { tenantId: '', livekitConfigId: '', deployment: '', sipTrunkId: '', agentName: '' };
  const implementation: RouterServer = {
    routeCall: unary(async () => {
      const { tenantId, ...told } = lie;
      const target = { ...told, serverUrl: told.deployment, callerId: NUMBER };
      const number = { id: '1', baseNumber: '', countryCode: '', e164: NUMBER };
      const route = {
        targets: [target],
        source: 'ROUTE_SOURCE_DATABASE' as const,
        tenantId,
        number,
        snapshotVersion: '1.1',
        expiresAt: undefined,
        notes: [],
      };
      return { outcome: { $case: 'route' as const, value: route } };
    }),
    explainRoute: unary(async () => ({ response: undefined, trace: [] })),
  };
  const logger = createLogger({ service: 'lying-router', level: 'silent' });
  const server = await startServer({
    listen: '127.0.0.1:0',
    services: [{ definition: RouterService, implementation }],
    logger,
  });
  return {
    address: server.address,
    say: (told: typeof lie) => {
      lie = told;
    },
    stop: () => server.drain(0),
  };
}
