import { RouterClient, RouterService } from '@dialplane/contracts';
import type { RouteCallRequest, RouteCallResponse } from '@dialplane/contracts';
import { createLogger } from '@dialplane/telemetry';
import { credentials, status } from '@grpc/grpc-js';
import type { CallOptions, ClientOptions, handleUnaryCall, ServiceError } from '@grpc/grpc-js';

import { callUnary, readStatusDetails, startServer, unary } from '../src/index.ts';
import type { RunningServer, StatusDetails, Translate, UnaryHandler } from '../src/index.ts';

export const REQUEST: RouteCallRequest = {
  initiatedBy: '',
  tenantId: '11111111-1111-4111-8111-111111111111',
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  agentId: '',
  purpose: 'PURPOSE_UNSPECIFIED',
  routingKey: '',
  minSnapshotVersion: '',
};
export const RESPONSE: RouteCallResponse = { outcome: undefined };

export type RouteCall = UnaryHandler<RouteCallRequest, RouteCallResponse>;

export interface Served {
  readonly server: RunningServer;
  readonly client: RouterClient;
  /** The log. */
  readonly lines: readonly Record<string, unknown>[];
  readonly routeCall: (
    change?: Partial<RouteCallRequest>,
    options?: Partial<CallOptions>,
  ) => Promise<RouteCallResponse>;
  /** What a call that fails says. */
  readonly failure: (change?: Partial<RouteCallRequest>, options?: Partial<CallOptions>) => Promise<Failure>;
  readonly stop: () => Promise<void>;
}

export interface Failure extends StatusDetails {
  readonly code: string | undefined;
  readonly message: string;
}

export interface ServeOptions {
  readonly translate?: Translate;
  readonly clientOptions?: Partial<ClientOptions>;
  /** Answers without `unary`. */
  readonly plain?: handleUnaryCall<RouteCallRequest, RouteCallResponse>;
}

/** A server on a free port whose RouteCall is the given handler, and a client of it. */
export async function serve(
  handler: RouteCall,
  { translate, clientOptions, plain }: ServeOptions = {},
): Promise<Served> {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): number => lines.push(JSON.parse(line) as Record<string, unknown>);
  const implementation = {
    routeCall: plain ?? unary(handler),
    explainRoute: unary(async () => ({ response: undefined, trace: [] })),
  };
  const server = await startServer({
    listen: '127.0.0.1:0',
    services: [{ definition: RouterService, implementation }],
    logger: createLogger({ service: 'test', level: 'debug', destination: { write } }),
    ...(translate === undefined ? {} : { translate }),
  });
  const client = new RouterClient(server.address, credentials.createInsecure(), clientOptions);
  const routeCall: Served['routeCall'] = (change = {}, options = {}) =>
    callUnary(client.routeCall.bind(client), { ...REQUEST, ...change }, options);
  return {
    server,
    client,
    lines,
    routeCall,
    failure: (change, options) => routeCall(change, options).then(notFailed, readFailure),
    stop: async () => {
      client.close();
      await server.drain(0);
    },
  };
}

function notFailed(): never {
  throw new Error('The call did not fail.');
}

export function readFailure(error: unknown): Failure {
  const { code, details } = error as ServiceError;
  return { code: status[code], message: details, ...readStatusDetails(error as ServiceError) };
}

/** A promise with its handles. */
export function gate<T = void>() {
  return Promise.withResolvers<T>();
}
