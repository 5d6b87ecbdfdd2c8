import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface TcpProxy {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Resets every connection that there is; new ones are served. */
  cut(): void;
  /** Swallows what comes from either side, and answers nothing, until `mend`: a network that drops packets. */
  hold(): void;
  /** Resets new connections as well, until `mend`. */
  refuse(): void;
  mend(): void;
  /** How many connections there are. */
  connections(): number;
  close(): Promise<void>;
}

export interface TcpProxyOptions {
  /** Ports of 127.0.0.1, asked in turn for each connection; the next one is tried when nobody listens. */
  readonly targets: readonly number[];
  /** A free one, when unset. */
  readonly port?: number;
}

/** Passes connections on, and breaks them as told. */
export async function startTcpProxy({ targets, port = 0 }: TcpProxyOptions): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let state: 'open' | 'held' | 'refusing' = 'open';
  let turn = 0;

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    if (state === 'held') socket.pause();
  }
  async function connect(): Promise<Socket | undefined> {
    const first = turn++;
    for (let n = 0; n < targets.length; n++) {
      const socket = createConnection(targets[(first + n) % targets.length] ?? 0, '127.0.0.1');
      const isConnected = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      if (isConnected) return socket;
    }
    return undefined;
  }

  const server = createServer({ pauseOnConnect: true }, (incoming) => {
    keep(incoming);
    if (state === 'refusing') return incoming.resetAndDestroy();
    void connect().then((outgoing) => {
      if (outgoing === undefined || incoming.destroyed || state === 'refusing') {
        outgoing?.destroy();
        incoming.resetAndDestroy();
        return;
      }
      keep(outgoing);
      join(incoming, outgoing);
      join(outgoing, incoming);
      if (state === 'open') incoming.resume();
    });
  });
  /** By hand, since a pipe would go on reading whenever the other side has drained. */
  function join(from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (state !== 'held') from.resume();
    });
    from.once('end', () => to.end());
    from.once('close', (failed) => (failed ? to.resetAndDestroy() : to.destroySoon()));
  }
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    hold() {
      state = 'held';
      for (const socket of sockets) socket.pause();
    },
    refuse() {
      state = 'refusing';
      cut();
    },
    mend() {
      const wasHeld = state === 'held';
      state = 'open';
      if (wasHeld) for (const socket of sockets) socket.resume();
    },
    connections: () => sockets.size,
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
