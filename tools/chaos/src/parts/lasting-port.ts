import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems hand out to connections: a server that is down would find its port taken by one. */
const [FROM, TO] = [20_000, 32_000];
const TRIES = 50;

/** A TCP port of 127.0.0.1 for a server that goes and comes back. */
export async function lastingPort(): Promise<number> {
  for (let n = 0; n < TRIES; n++) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error(`No port from ${FROM} to ${TO} is free.`);
}
