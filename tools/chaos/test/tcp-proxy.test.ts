import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';

import { startTcpProxy } from '../src/parts/start-tcp-proxy.ts';
import type { TcpProxy } from '../src/parts/start-tcp-proxy.ts';

let echo: Server;
let proxy: TcpProxy;
const opened: Socket[] = [];

beforeAll(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  // Nobody listens on port 1: the next target is taken.
  proxy = await startTcpProxy({ targets: [1, (echo.address() as AddressInfo).port] });
});

beforeEach(() => proxy.mend());

afterAll(async () => {
  for (const socket of opened) socket.destroy();
  await proxy.close();
  echo.close();
});

/** A connection through the proxy with what came back on it so far. */
async function open() {
  const socket = createConnection(proxy.port, '127.0.0.1');
  opened.push(socket);
  let heard = '';
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.on('error', () => {});
  socket.on('close', () => (isClosed = true));
  // Reset before it was seen to be connected, it counts as closed.
  await once(socket, 'connect').catch(() => {});
  return {
    say: (text: string) => socket.write(text),
    heard: () => heard,
    isClosed: () => isClosed,
    until: async (isSo: () => boolean) => {
      for (let waited = 0; !isSo(); waited += 5) {
        if (waited > 2_000) throw new Error('It did not happen.');
        await sleep(5);
      }
    },
  };
}

test('what is said comes through', async () => {
  const connection = await open();
  connection.say('hello');
  await connection.until(() => connection.heard() === 'hello');
});

test('a cut ends what there is, and serves what comes', async () => {
  const before = await open();
  before.say('a');
  await before.until(() => before.heard() === 'a');
  proxy.cut();
  await before.until(before.isClosed);
  const after = await open();
  after.say('b');
  await after.until(() => after.heard() === 'b');
});

test('held connections are silent, and lose nothing', async () => {
  const connection = await open();
  connection.say('a');
  await connection.until(() => connection.heard() === 'a');
  proxy.hold();
  connection.say('b');
  const later = await open();
  later.say('c');
  await sleep(100);
  expect([connection.heard(), later.heard(), later.isClosed()]).toEqual(['a', '', false]);
  proxy.mend();
  await connection.until(() => connection.heard() === 'ab');
  await later.until(() => later.heard() === 'c');
});

test('a refusing proxy takes nothing', async () => {
  const before = await open();
  proxy.refuse();
  await before.until(before.isClosed);
  const during = await open();
  await during.until(during.isClosed);
});
