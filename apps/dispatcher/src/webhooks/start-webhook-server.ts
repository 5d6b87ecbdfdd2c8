import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { DatabaseUnavailableError } from '@dialplane/database';
import { readListenAddress, whatToDoIfTaken, writeListenAddress } from '@dialplane/grpc';
import type { WebhookRefusal } from '@dialplane/livekit';
import type { Logger } from '@dialplane/telemetry';

import { createBodyReader } from './read-body.ts';
import type { BodyReader } from './read-body.ts';
import type { WebhookOutcome } from './take-webhook.ts';

export const WEBHOOK_PATH = '/webhooks/livekit';
/** What of a refused body is thrown away unread, so that its sender hears why; a larger one is cut off. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;
/** Whoever sends its request by drops has so many milliseconds for the headers, and for all of it. */
const HEADERS_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 6_000;
/** How often requests that take too long are looked for. */
const CHECK_EVERY_MS = 1_000;
const MAX_CONNECTIONS = 512;
/** Each may take WEBHOOK_MAX_BYTES of memory, twice over for a moment. */
const MAX_BODIES = 32;

const TIMES = {
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionsCheckingInterval: CHECK_EVERY_MS,
};

/** What is answered to a webhook that is refused, by what the log says of it: LiveKit's own says no word of either. */
const STATUS = {
  wrong_path: 404,
  wrong_method: 405,
  too_large: 413,
  malformed: 400,
  unsigned: 401,
  unknown_key: 401,
  bad_signature: 401,
  expired: 401,
} as const satisfies Record<WebhookRefusal | 'wrong_path' | 'wrong_method' | 'too_large', number>;

export interface WebhookServerParts {
  /** `host:port`, loopback only, for nothing here is encrypted; port 0 takes a free one. */
  readonly listen: string;
  /** Why the body need not be read; undefined where it has to be. */
  readonly refuseEarly: (authorization: string) => Promise<WebhookRefusal | undefined>;
  readonly take: (body: Buffer, authorization: string) => Promise<WebhookOutcome>;
  readonly logger: Logger;
  /** How many bodies are read at once; 32 when unset. Beyond it a webhook is to be sent again. */
  readonly maxBodies?: number;
}

export interface RunningWebhookServer {
  /** `host:port` as it listens. */
  readonly address: string;
  /** Takes no new webhook and lets those in hand finish; cuts off what is still open after `graceMs` milliseconds. */
  stop(graceMs: number): Promise<void>;
}

/**
 * The HTTP listener for LiveKit's webhooks. A webhook is answered when it is stored; one that cannot be is answered
 * with 503, and LiveKit sends it again. A body is read only when its sender names a key that somebody has. Nothing of a body or a token is ever logged. Throws when it cannot listen.
 */
export async function startWebhookServer(parts: WebhookServerParts): Promise<RunningWebhookServer> {
  const bodies = createBodyReader(parts.maxBodies ?? MAX_BODIES);
  const server = createServer(TIMES, (request, response) => {
    void answer(parts, bodies, request).then((status) => reply(request, response, status));
  });
  server.maxConnections = MAX_CONNECTIONS;
  const address = await listenOn(server, parts.listen);
  return {
    address,
    stop: (graceMs) =>
      new Promise((resolve) => {
        const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(cutOff);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer(
  { refuseEarly, take, logger }: WebhookServerParts,
  bodies: BodyReader,
  request: IncomingMessage,
): Promise<number> {
  const refuse = (why: keyof typeof STATUS): number => {
    logger.info({ why }, 'a webhook was refused');
    return STATUS[why];
  };
  try {
    if (request.url?.split('?', 1)[0] !== WEBHOOK_PATH) return refuse('wrong_path');
    if (request.method !== 'POST') return refuse('wrong_method');
    const authorization = request.headers.authorization ?? '';
    const early = await refuseEarly(authorization);
    if (early !== undefined) return refuse(early);
    const reading = await bodies.read(request);
    if (reading.kind === 'too_large') return refuse('too_large');
    if (reading.kind === 'busy') return 503;
    const outcome = await take(reading.body, authorization);
    return outcome.kind === 'taken' ? 200 : refuse(outcome.why);
  } catch (error) {
    // The sender went away; a body that was read to its end destroys its request as well.
    if (request.destroyed && !request.readableEnded) return 400;
    const isAway = error instanceof DatabaseUnavailableError;
    logger[isAway ? 'warn' : 'error']({ err: error }, 'a webhook could not be stored');
    return isAway ? 503 : 500;
  }
}

/** What was not read of the request is thrown away as it comes, until the request's time is over. */
function reply(request: IncomingMessage, response: ServerResponse, status: number): void {
  if (status === 405) response.setHeader('Allow', 'POST');
  if (Number(request.headers['content-length'] ?? 0) > MAX_DISCARDED_BYTES) response.shouldKeepAlive = false;
  response.writeHead(status, { 'Content-Length': 0 }).end();
  request.resume();
}

async function listenOn(server: Server, listen: string): Promise<string> {
  const { host, port } = readListenAddress(listen);
  await new Promise<void>((resolve, reject) => {
    server.on('error', (cause) => {
      const message = `Cannot take webhooks on ${listen}: ${whatToDoIfTaken('WEBHOOK_LISTEN')}`;
      reject(new Error(`${message} ${cause.message}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return writeListenAddress({ host, port: (server.address() as AddressInfo).port });
}
