import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { readApiSecret } from '../src/read-api-secret.ts';

const SECRET = 'example-secret-of-exactly-40-characters!';

/** A terminal at which somebody types. */
function terminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => stdin });
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  let shown = '';
  screen.on('data', (chunk) => (shown += String(chunk)));
  const io = { env: {}, stdin, stdout: screen, stderr: screen, signal: new AbortController().signal };
  return { io, type: (keys: string) => void stdin.write(keys), shown: () => shown };
}

async function typed({ type }: ReturnType<typeof terminal>, keys: string): Promise<void> {
  for (const key of keys) {
    type(key);
    await pause(1);
  }
}

test('on a terminal the secret is asked for, and never shown', async () => {
  const at = terminal();
  const answer = readApiSecret({}, at.io);
  await pause(20);
  expect(at.shown()).toContain('API secret');
  await typed(at, `${SECRET}\r`);
  await expect(answer).resolves.toBe(SECRET);
  expect(at.shown()).not.toContain(SECRET.slice(0, 4));
});

test('a secret of the wrong shape is refused when it was typed, too', async () => {
  const at = terminal();
  const answer = readApiSecret({}, at.io);
  await pause(20);
  await Promise.all([
    expect(answer).rejects.toMatchObject({ exitCode: 2, message: expect.stringMatching(/shorter than 32/) }),
    typed(at, 'short\r'),
  ]);
});

test('Ctrl-C at the question changes nothing and says so', async () => {
  const at = terminal();
  const answer = readApiSecret({}, at.io);
  await pause(20);
  await Promise.all([expect(answer).rejects.toMatchObject({ exitCode: 1, reason: 'cancelled' }), typed(at, '\u0003')]);
});
