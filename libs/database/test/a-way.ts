import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to a server, which can fall silent, or be cut. */
export interface Way {
  readonly url: string;
  silence(): void;
  speak(): void;
  cut(): void;
  /** Cuts it when the client speaks next after an answer that has the text. */
  cutAfter(answer: string): void;
  close(): void;
}

export async function aWay(url: string): Promise<Way> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let silent = false;
  let [awaited, isDue] = ['', false];
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from
        .on('data', (data) => {
          if (from === client && isDue) return cut();
          if (from === upstream && awaited !== '' && data.includes(awaited)) isDue = true;
          if (!silent) to.write(data);
        })
        .on('error', () => {})
        .on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: Object.assign(new URL(url), { port: String((server.address() as AddressInfo).port) }).href,
    silence: () => void (silent = true),
    speak: () => void (silent = false),
    cut,
    cutAfter: (answer) => {
      awaited = answer;
    },
    close: () => {
      cut();
      server.close();
    },
  };
}
