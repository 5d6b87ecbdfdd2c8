/** Starts a Redis, with the guard or without, says where it is, and waits to be killed. */
import { spawn } from 'node:child_process';

import { freeTcpPort } from '../src/free-ports.ts';
import { startRedis } from '../src/index.ts';

if (process.argv[2] === 'guarded') {
  const { url } = await startRedis();
  console.log(JSON.stringify({ url }));
} else {
  const port = await freeTcpPort();
  const redis = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(port), '--save', ''], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  redis.stdout.on('data', (text: Buffer) => {
    if (String(text).includes('Ready to accept connections')) {
      console.log(JSON.stringify({ url: `redis://127.0.0.1:${port}`, pid: redis.pid }));
    }
  });
}
await new Promise(() => {});
