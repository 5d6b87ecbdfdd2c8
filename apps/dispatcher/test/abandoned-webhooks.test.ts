import { once } from 'node:events';
import { connect } from 'node:net';

import { afterEach, expect, test } from '@jest/globals';
import { createLogger } from '@dialplane/telemetry';

import { startWebhookServer, WEBHOOK_PATH } from '../src/webhooks/start-webhook-server.ts';
import type { RunningWebhookServer } from '../src/webhooks/start-webhook-server.ts';

/** One more than there are bodies at once. */
const SENDERS = 33;
const BODY = '{"event":"room_started"}';

let server: RunningWebhookServer | undefined;
afterEach(() => server?.stop(0));

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); await after(5))
    if (Date.now() > end) throw new Error('It does not come.');
}
const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test.each([
  ['all of the body', BODY],
  ['half of the body', BODY.slice(0, 12)],
  ['nothing of the body', ''],
])('senders that go away after %s, while their key is looked up, take no body from the next one', async (_, sent) => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'test', destination: { write: (line) => void lines.push(line) } });
  let asked = 0;
  let find = (): void => undefined;
  const found = new Promise<void>((resolve) => (find = resolve));
  const refuseEarly = async (): Promise<undefined> => {
    asked++;
    await found;
  };
  server = await startWebhookServer({
    listen: '127.0.0.1:0',
    refuseEarly,
    take: async () => ({ kind: 'taken' }),
    logger,
  });
  const [host = '', port] = server.address.split(':');

  const senders = Array.from({ length: SENDERS }, () => connect(Number(port), host));
  for (const sender of senders) {
    const head = `POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${BODY.length}\r\n\r\n`;
    sender.write(`${head}${sent}`);
  }
  await until(() => asked === SENDERS);
  await Promise.all(senders.map((sender) => once(sender.destroy(), 'close')));
  await after(200);
  find();

  const good = await fetch(`http://${server.address}${WEBHOOK_PATH}`, { method: 'POST', body: BODY });
  expect(good.status).toBe(200);
  expect(lines).toEqual([]);
});
