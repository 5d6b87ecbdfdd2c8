import { once } from 'node:events';
import { connect } from 'node:net';

/** Empties one database of a Redis, as a Redis without persistence does that is started again. */
export async function flushRedis(redisUrl: string): Promise<void> {
  const { hostname, port, pathname, username, password } = new URL(redisUrl);
  const socket = connect(Number(port || '6379'), hostname);
  const commands = [
    ...(password === '' ? [] : [['AUTH', ...(username === '' ? [] : [username]), password].map(decodeURIComponent)]),
    ['SELECT', pathname.slice(1) || '0'],
    ['FLUSHDB'],
    ['QUIT'],
  ];
  socket.write(commands.map((words) => `${words.join(' ')}\r\n`).join(''));
  let reply = '';
  socket.on('data', (chunk) => (reply += chunk.toString('utf8')));
  await once(socket, 'close');
  if (reply !== '+OK\r\n'.repeat(commands.length)) throw new Error(`Redis answered ${JSON.stringify(reply)}.`);
}
