import { descriptorImage } from '@dialplane/contracts';
import type { Logger } from '@dialplane/telemetry';
import { Server, ServerCredentials, setLogger } from '@grpc/grpc-js';
import { HealthImplementation, service as healthService } from 'grpc-health-check';

import { createReflection } from './create-reflection.ts';
import { createCallObserver } from './observe-calls.ts';
import { bindOwnMethods } from './own-method.ts';
import type { Translate } from './own-method.ts';
import { readListenAddress, writeListenAddress } from './read-listen-address.ts';
import type { ListenAddress } from './read-listen-address.ts';
import type { ServedService } from './served-service.ts';
import { whatToDoIfTaken } from './what-to-do-if-taken.ts';

/** The largest request in bytes unless a server says otherwise; the largest Dispatch has less than a tenth of it. */
export const MAX_REQUEST_BYTES = 256 * 1024;
/** Calls that one connection may have open at a time. */
export const MAX_CONCURRENT_STREAMS = 1_000;

export interface ServerOptions {
  /** `host:port`, loopback only; port 0 takes a free one. */
  readonly listen: string;
  /** The setting that says where to listen, for whoever finds the port taken. */
  readonly setting?: string;
  readonly services: readonly ServedService[];
  readonly logger: Logger;
  /** Says what adapters' errors mean to a caller. Anything it does not know becomes INTERNAL. */
  readonly translate?: Translate;
  /** The largest message taken, in bytes. */
  readonly maxRequestBytes?: number;
}

export interface RunningServer {
  /** `host:port` as it listens. */
  readonly address: string;
  /** What health checks are told from now on; a server that drains stays NOT_SERVING. Calls are answered all the same. */
  setServing(isServing: boolean): void;
  /**
   * Stops taking calls, says NOT_SERVING, ends streams with UNAVAILABLE and lets unary calls finish; cuts off
   * what is still open after `graceMs` milliseconds. Safe to repeat.
   */
  drain(graceMs: number): Promise<void>;
}

/** Starts a gRPC server with health checks and reflection. Throws when it cannot listen. */
export async function startServer({
  listen,
  setting,
  services,
  logger,
  translate = () => undefined,
  maxRequestBytes = MAX_REQUEST_BYTES,
}: ServerOptions): Promise<RunningServer> {
  const asked = readListenAddress(listen);
  // grpc-js writes plain text to stderr by itself, of what it also throws or answers.
  setLogger({
    error: (line: string) => logger.debug({ line }, 'grpc-js'),
    info: () => undefined,
    debug: () => undefined,
  });
  const answers = new Map(services.flatMap((service) => bindOwnMethods(service, { logger, translate })));
  const observer = createCallObserver(logger, answers);
  // No keepalive pings: a dead peer on loopback resets its connection, and a ping that goes unanswered after
  // GOAWAY would cut off calls that a drain waits for.
  const server = new Server({
    'grpc.max_receive_message_length': maxRequestBytes,
    'grpc.max_concurrent_streams': MAX_CONCURRENT_STREAMS,
    // Nobody reads what it counts, and it costs a tenth of a short call.
    'grpc.enable_channelz': 0,
    interceptors: [observer.interceptor],
  });
  const names = services.map(({ definition }) => serviceName(definition));
  const reflection = createReflection(descriptorImage, [...names, serviceName(healthService)]);
  for (const { definition, implementation } of [...services, ...reflection]) {
    server.addService(definition, implementation);
  }
  const health = new HealthImplementation(Object.fromEntries(['', ...names].map((name) => [name, 'SERVING'])));
  health.addToServer(server);
  const setServing = (isServing: boolean): void => {
    for (const name of ['', ...names]) health.setStatus(name, isServing ? 'SERVING' : 'NOT_SERVING');
  };

  const address = writeListenAddress({ host: asked.host, port: await bind(server, asked, setting) });
  let draining: Promise<void> | undefined;
  const drain = async (graceMs: number): Promise<void> => {
    setServing(false);
    observer.endStreams();
    const finished = await shutDown(server, address, graceMs);
    if (!finished) logger.warn({ graceMs }, 'calls were cut off: they outlived the time to drain');
  };
  return {
    address,
    setServing: (isServing) => {
      if (draining === undefined) setServing(isServing);
    },
    drain: (graceMs) => (draining ??= drain(graceMs)),
  };
}

/** `dialplane.v1.Router` for RouterService. */
function serviceName(definition: ServedService['definition']): string {
  const path = Object.values(definition)[0]?.path ?? '';
  return path.slice(1, path.lastIndexOf('/'));
}

function bind(server: Server, { host, port }: ListenAddress, setting: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const address = writeListenAddress({ host, port });
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) return resolve(bound);
      server.forceShutdown();
      const message = `Cannot listen on ${address}: ${whatToDoIfTaken(setting)}`;
      reject(new Error(`${message} ${error.message}`, { cause: error }));
    });
  });
}

/** True when every call finished within the grace. */
function shutDown(server: Server, address: string, graceMs: number): Promise<boolean> {
  // Without channelz `forceShutdown` knows of no connection; this closes them, and destroys them after the grace.
  server.drain(address, graceMs);
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => {
      server.forceShutdown();
      resolve(false);
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(cutOff);
      resolve(true);
    });
  });
}
