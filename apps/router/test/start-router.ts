import { RouterClient } from '@dialplane/contracts';
import type { Rejection, Route, RouteCallRequest, RouteCallResponse } from '@dialplane/contracts';
import { callUnary, readStatusDetails } from '@dialplane/grpc';
import type { StatusDetails } from '@dialplane/grpc';
import { credentials, status } from '@grpc/grpc-js';
import type { CallOptions, ServiceError } from '@grpc/grpc-js';

import { readConfig } from '../src/config.ts';
import type { Config } from '../src/config.ts';
import { startRouter } from '../src/wire.ts';
import type { RunningRouter } from '../src/wire.ts';
import { NUMBER, USER } from './case.ts';
import type { Case } from './case.ts';

export const REQUEST: RouteCallRequest = {
  initiatedBy: USER,
  tenantId: '',
  fromNumber: NUMBER,
  toNumber: '+12125550199',
  agentId: '',
  purpose: 'PURPOSE_UNSPECIFIED',
  routingKey: '',
  minSnapshotVersion: '',
};

type Change = Partial<RouteCallRequest>;
type Options = Partial<CallOptions>;

/** A router in this process, and a client of it. */
export interface Asked {
  readonly router: RunningRouter;
  readonly client: RouterClient;
  routeCall(change?: Change, options?: Options): Promise<RouteCallResponse>;
  /** The route of a call that is to be routed. */
  route(change?: Change, options?: Options): Promise<Route>;
  /** The rejection of a call that is to be refused. */
  rejection(change?: Change): Promise<Rejection>;
  /** What a call that is to fail says. */
  failure(change?: Change, options?: Options): Promise<StatusDetails & { readonly code: string | undefined }>;
  /** Asks again and again until an answer is as wanted. */
  until(isWanted: (answer: RouteCallResponse) => boolean, change?: Change): Promise<void>;
  stop(): Promise<void>;
}

export async function startAsked(
  data: Pick<Case, 'urls' | 'schema'>,
  env: Record<string, string> = {},
  change: Partial<Config> = {},
): Promise<Asked> {
  const config = readConfig({
    ROUTER_LISTEN: '127.0.0.1:0',
    LOG_LEVEL: 'silent',
    DRAIN_MS: '1000',
    SNAPSHOT_FILE: 'off',
    DATABASE_URL: data.urls.router,
    DB_SCHEMA: data.schema,
    ...env,
  });
  const router = await startRouter({ ...config, ...change });
  const client = new RouterClient(router.address, credentials.createInsecure());
  const routeCall: Asked['routeCall'] = (change = {}, options = {}) =>
    callUnary(client.routeCall.bind(client), { ...REQUEST, ...change }, options);
  return {
    router,
    client,
    routeCall,
    async route(change, options) {
      const { outcome } = await routeCall(change, options);
      if (outcome?.$case !== 'route') throw new Error(`not routed: ${JSON.stringify(outcome)}`);
      return outcome.value;
    },
    async rejection(change) {
      const { outcome } = await routeCall(change);
      if (outcome?.$case !== 'rejection') throw new Error(`not rejected: ${JSON.stringify(outcome)}`);
      return outcome.value;
    },
    failure: (change, options) => failureOf(routeCall(change, options)),
    async until(isWanted, change) {
      while (!isWanted(await routeCall(change))) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async stop() {
      client.close();
      await router.stop();
    },
  };
}

export async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    (reply) => {
      throw new Error(`it did not fail: ${JSON.stringify(reply)}`);
    },
    (caught: unknown) => caught as ServiceError,
  );
  return { code: status[error.code], ...readStatusDetails(error) };
}
