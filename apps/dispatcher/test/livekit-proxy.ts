import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What a proxy does with a request: passes it on, or misbehaves. */
export type Behaviour =
  | 'pass'
  /** Passes it on after a while. */
  | 'slow'
  /** Serves it, and resets the connection instead of answering. */
  | 'lose reply'
  | 'reset'
  | 'redirect'
  | 'endless'
  | 'html'
  | 'refuse with jwt';

export interface LiveKitProxy {
  readonly url: string;
  /** How often each method was asked for, for example `CreateRoom`. */
  readonly counts: Map<string, number>;
  /** What to do with a method; `pass` unless set. */
  readonly behaviours: Map<string, Behaviour>;
  close(): Promise<void>;
}

const SLOW_MS = 1_000;

/** Stands between the dispatcher and a real LiveKit server, counts and misbehaves as told. */
export async function startLiveKitProxy(target: string): Promise<LiveKitProxy> {
  const counts = new Map<string, number>();
  const behaviours = new Map<string, Behaviour>();

  function handle(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const method = incoming.url?.split('/').at(-1) ?? '';
    counts.set(method, (counts.get(method) ?? 0) + 1);
    const behaviour = behaviours.get(method) ?? 'pass';
    if (behaviour === 'reset') incoming.socket.destroy();
    else if (behaviour === 'redirect') outgoing.writeHead(307, { location: `${target}${incoming.url}` }).end();
    else if (behaviour === 'html') outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>');
    else if (behaviour === 'refuse with jwt')
      outgoing.writeHead(401).end(`invalid token: ${incoming.headers.authorization}`);
    else if (behaviour === 'endless') {
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      const write = (): void => {
        while (outgoing.write('x'.repeat(65_536)));
      };
      outgoing.on('drain', write);
      write();
    } else {
      const passed = forward(
        `${target}${incoming.url}`,
        { method: incoming.method, headers: incoming.headers },
        (reply) => {
          if (behaviour === 'lose reply') reply.resume().once('end', () => incoming.socket.destroy());
          else reply.pipe(outgoing.writeHead(reply.statusCode ?? 502, reply.headers));
        },
      );
      passed.on('error', () => incoming.socket.destroy());
      setTimeout(() => incoming.pipe(passed), behaviour === 'slow' ? SLOW_MS : 0);
    }
  }

  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    behaviours,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
