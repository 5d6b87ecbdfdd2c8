import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { DatabaseUnavailableError } from '@dialplane/database';
import { readListenAddress, writeListenAddress } from '@dialplane/grpc';
import { WEBHOOK_MAX_BYTES } from '@dialplane/livekit';
import type { Logger } from '@dialplane/telemetry';

import type { WebhookOutcome } from './take-webhook.ts';

export const WEBHOOK_PATH = '/webhooks/livekit';
/** What of a larger body is read and thrown away, so that its sender hears why; beyond it the connection is cut. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;
/** For a whole request, in milliseconds. */
const REQUEST_TIMEOUT_MS = 10_000;
/** How often requests that take too long are looked for. */
const CHECK_EVERY_MS = 2_000;
const MAX_CONNECTIONS = 512;

const TIMES = { requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: CHECK_EVERY_MS };

export interface WebhookServerParts {
  /** `host:port`, loopback only, for nothing here is encrypted; port 0 takes a free one. */
  readonly listen: string;
  readonly take: (body: Buffer, authorization: string) => Promise<WebhookOutcome>;
  readonly logger: Logger;
}

export interface RunningWebhookServer {
  /** `host:port` as it listens. */
  readonly address: string;
  /** Takes no new webhook and lets those in hand finish; cuts off what is still open after `graceMs` milliseconds. */
  stop(graceMs: number): Promise<void>;
}

/**
 * The HTTP listener for LiveKit's webhooks. A webhook is answered when it is stored; one that cannot be is answered
 * with 503, and LiveKit sends it again. Nothing of a body or a token is ever logged. Throws when it cannot listen.
 */
export async function startWebhookServer(parts: WebhookServerParts): Promise<RunningWebhookServer> {
  const server = createServer(TIMES, (request, response) => {
    void answer(parts, request).then((status) => reply(response, status));
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

async function answer({ take, logger }: WebhookServerParts, request: IncomingMessage): Promise<number> {
  try {
    const body = await readBody(request);
    if (request.url?.split('?', 1)[0] !== WEBHOOK_PATH) return 404;
    if (request.method !== 'POST') return 405;
    if (body === undefined) return 413;
    const outcome = await take(body, request.headers.authorization ?? '');
    if (outcome.kind === 'taken') return 200;
    logger.info({ why: outcome.why }, 'a webhook was refused');
    return outcome.why === 'malformed' ? 400 : 401;
  } catch (error) {
    if (request.destroyed && !request.complete) return 400;
    const isAway = error instanceof DatabaseUnavailableError;
    logger[isAway ? 'warn' : 'error']({ err: error }, 'a webhook could not be stored');
    return isAway ? 503 : 500;
  }
}

/** The body; undefined when it is too large. Throws when the sender goes away, or sends without end. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= WEBHOOK_MAX_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (size > MAX_DISCARDED_BYTES) {
      request.destroy();
      return undefined;
    }
  }
  return size <= WEBHOOK_MAX_BYTES ? Buffer.concat(chunks) : undefined;
}

function reply(response: ServerResponse, status: number): void {
  if (status === 405) response.setHeader('Allow', 'POST');
  response.writeHead(status, { 'Content-Length': 0 }).end();
}

async function listenOn(server: Server, listen: string): Promise<string> {
  const { host, port } = readListenAddress(listen);
  await new Promise<void>((resolve, reject) => {
    server.on('error', (cause) => {
      const message = `Cannot take webhooks on ${listen}: stop what listens there, or choose another port (0 takes a free one).`;
      reject(new Error(`${message} ${cause.message}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return writeListenAddress({ host, port: (server.address() as AddressInfo).port });
}
