import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { WebhookReceiver } from 'livekit-server-sdk';
import type { WebhookEvent } from 'livekit-server-sdk';

export interface WebhookInbox {
  readonly url: string;
  /** What LiveKit's own receiver takes, in the order of arrival. */
  readonly events: WebhookEvent[];
  /** How many it does not take. */
  forged(): number;
  /** Whose signatures are good. */
  accept(key: { apiKey: string; apiSecret: string }): void;
  close(): void;
}

/** Takes webhooks on loopback. */
export async function openWebhookInbox(): Promise<WebhookInbox> {
  const events: WebhookEvent[] = [];
  let forged = 0;
  let receiver: WebhookReceiver | undefined;
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => receiver?.receive(body, request.headers.authorization))
      .then(
        (event) => event !== undefined && events.push(event),
        () => (forged += 1),
      )
      .then(() => response.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/livekit`,
    events,
    forged: () => forged,
    accept({ apiKey, apiSecret }) {
      receiver = new WebhookReceiver(apiKey, apiSecret);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
