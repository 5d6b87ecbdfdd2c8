import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@dialplane/telemetry';

import { startWebhookServer, WEBHOOK_PATH } from '../src/webhooks/start-webhook-server.ts';
import type { RunningWebhookServer } from '../src/webhooks/start-webhook-server.ts';

let server: RunningWebhookServer | undefined;
afterEach(() => server?.stop(0));

/** Starts a listener that takes everything; returns what it logs, line by line. */
async function listen(): Promise<string[]> {
  const lines: string[] = [];
  server = await startWebhookServer({
    listen: '127.0.0.1:0',
    refuseEarly: async () => undefined,
    take: async () => ({ kind: 'taken' }),
    logger: createLogger({ service: 'test', destination: { write: (line) => void lines.push(line) } }),
  });
  return lines;
}

test.each([
  ['wrong_path', 404, '/webhook', 'POST', '{}'],
  ['wrong_method', 405, WEBHOOK_PATH, 'PUT', '{}'],
  ['too_large', 413, WEBHOOK_PATH, 'POST', 'x'.repeat(1024 * 1024 + 1)],
])('the log says of a webhook that is refused: %s', async (why, status, path, method, body) => {
  const lines = await listen();
  expect((await fetch(`http://${server?.address}${path}?key=APIsecret`, { method, body })).status).toBe(status);
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', msg: 'a webhook was refused', why });
  expect(lines[0]).not.toContain('APIsecret');
});

test('the log says nothing of one that is taken', async () => {
  const lines = await listen();
  expect((await fetch(`http://${server?.address}${WEBHOOK_PATH}`, { method: 'POST', body: '{}' })).status).toBe(200);
  expect(lines).toEqual([]);
});

test('an address that is taken is refused with the setting that says another', async () => {
  await listen();
  const taken = startWebhookServer({
    listen: server?.address ?? '',
    refuseEarly: async () => undefined,
    take: async () => ({ kind: 'taken' }),
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  await expect(taken).rejects.toThrow(/Cannot take webhooks on 127.* choose another port by WEBHOOK_LISTEN/);
});
