import { RouterClient } from '@dialplane/contracts';
import type { Route, RouteCallRequest } from '@dialplane/contracts';
import { credentials, Metadata } from '@grpc/grpc-js';

/** Asks one router, one question at a time. */
export interface RouterAsker {
  /** Throws when the answer is no route, or takes longer than half a minute. */
  route(request: RouteCallRequest): Promise<Route>;
  close(): void;
}

const DEADLINE_MS = 30_000;

export function askRouter(address: string): RouterAsker {
  const client = new RouterClient(address, credentials.createInsecure());
  return {
    route: (request) =>
      new Promise((resolve, reject) => {
        client.routeCall(request, new Metadata(), { deadline: Date.now() + DEADLINE_MS }, (error, response) => {
          if (error !== null) return reject(error);
          if (response.outcome?.$case === 'route') return resolve(response.outcome.value);
          reject(new Error(`${address} refuses a call: ${JSON.stringify(response.outcome)}`));
        });
      }),
    close: () => client.close(),
  };
}
