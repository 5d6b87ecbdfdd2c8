import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { collectDefaultMetrics, Counter, Registry } from 'prom-client';

export interface Metrics {
  /** Makes a counter; `name` ends in `_total`. */
  counter(name: string, help: string): { inc(): void };
  /** Serves `GET /metrics` on `host:port`; resolves to the address it took and how to stop. */
  serve(listen: string): Promise<{ readonly address: string; close(): Promise<void> }>;
}

/** The figures of one process, in Prometheus's text format, with Node's own among them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  return {
    counter: (name, help) => new Counter({ name, help, registers: [registry] }),
    async serve(listen) {
      const { hostname, port } = new URL(`http://${listen}`);
      const server = createServer((request, reply) => {
        if (request.method !== 'GET' || request.url !== '/metrics') {
          reply.writeHead(404).end('There is only GET /metrics here.\n');
          return;
        }
        void registry.metrics().then((text) => reply.setHeader('content-type', registry.contentType).end(text));
      });
      server.listen(Number(port), hostname.replace(/^\[|\]$/g, ''));
      await once(server, 'listening');
      const bound = server.address() as AddressInfo;
      return {
        address: `${hostname}:${bound.port}`,
        close: async () => {
          server.closeAllConnections();
          server.close();
          await once(server, 'close');
        },
      };
    },
  };
}
