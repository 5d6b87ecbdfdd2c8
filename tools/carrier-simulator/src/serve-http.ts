import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import type { Serve } from './http-message.ts';

export interface HttpServer {
  /** `http://host:port` */
  readonly url: string;
  /** Drops every connection. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** How far the `Date` header is ahead, in milliseconds. */
  readonly clockSkewMs?: () => number;
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** Listens, and answers each request, once it is there whole. Rejects when the address cannot be had. */
export async function serveHttp(serve: Serve, options: ListenOptions): Promise<HttpServer> {
  const server = createServer((incoming, outgoing) => {
    answer(serve, incoming, outgoing, options.clockSkewMs?.() ?? 0).catch(() => reset(incoming.socket));
  });
  const upgraded = new Set<Duplex>();
  if (options.onUpgrade !== undefined) {
    const { onUpgrade } = options;
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      upgraded.add(socket);
      socket.on('error', () => {}).on('close', () => upgraded.delete(socket));
      onUpgrade(request, socket, head);
    });
  }
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://${options.host}:${port}`, close: () => close(server, upgraded) };
}

async function answer(
  serve: Serve,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  skewMs: number,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = incoming;
  const reply = await serve({ method, path, headers, body: await buffer(incoming) });
  if (reply === 'never' || outgoing.destroyed) return;
  if (reply === 'reset') return reset(incoming.socket);
  const date = skewMs === 0 ? undefined : new Date(Date.now() + skewMs).toUTCString();
  for (const [name, value] of Object.entries(reply.headers)) if (value !== undefined) outgoing.setHeader(name, value);
  if (date !== undefined) outgoing.setHeader('date', date);
  outgoing.setHeader('content-length', reply.body.length);
  outgoing.writeHead(reply.status).end(reply.body);
}

function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}

async function close(server: Server, upgraded: ReadonlySet<Duplex>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  for (const socket of upgraded) socket.destroy();
  await closed;
}
