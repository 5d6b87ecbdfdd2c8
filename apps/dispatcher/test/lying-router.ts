import { RouterService } from '@dialplane/contracts';
import type { RouteCallRequest } from '@dialplane/contracts';
import { startServer, unary } from '@dialplane/grpc';
import { createLogger } from '@dialplane/telemetry';

import { NUMBER } from './case.ts';

/** A router that says whatever it is told to, as a real one with a stale or damaged view might. */
export async function startLyingRouter() {
  let lie = { tenantId: '', livekitConfigId: '', deployment: '', sipTrunkId: '', agentName: '' };
  const asked: RouteCallRequest[] = [];
  const implementation = {
    routeCall: unary((request: RouteCallRequest) => {
      asked.push(request);
      const { tenantId, ...told } = lie;
      const target = {
        ...told,
        serverUrl: told.deployment,
        callerId: NUMBER,
        dialString: '+12125550199',
        callerIdString: NUMBER,
        sipHeaders: {},
      };
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
  };
  const logger = createLogger({ service: 'lying-router', level: 'silent' });
  const server = await startServer({
    listen: '127.0.0.1:0',
    services: [{ definition: RouterService, implementation }],
    logger,
  });
  return {
    address: server.address,
    /** What it was asked. */
    asked,
    say: (told: typeof lie) => {
      lie = told;
    },
    stop: () => server.drain(0),
  };
}
