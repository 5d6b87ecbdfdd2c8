import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** One figure of several that share a name. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metrics {
  /** Makes a counter; `name` ends in `_total`. */
  counter(name: string, help: string): { inc(): void };
  counter<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
  ): { inc(labels: Readonly<Record<Label, string>>): void };
  /** A figure that is kept elsewhere and read when it is asked for; a counter when `name` ends in `_total`. */
  measure(name: string, help: string, read: () => number | readonly Sample[]): void;
  /** Serves `GET /metrics` on `host:port`, port 0 being a free one; resolves to the address it took and how to stop. */
  serve(listen: string): Promise<{ readonly address: string; close(): Promise<void> }>;
}

/** The figures of one process, in Prometheus's text format, with Node's own among them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  return {
    counter: (name: string, help: string, labelNames: readonly string[] = []) =>
      new Counter({ name, help, labelNames, registers: [registry] }),
    measure(name, help, read) {
      const now = read();
      const labelNames = typeof now === 'number' ? [] : [...new Set(now.flatMap(({ labels }) => Object.keys(labels)))];
      const options = { name, help, labelNames, registers: [registry], collect: () => write() };
      const figure = name.endsWith('_total') ? new Counter(options) : new Gauge(options);
      const write = (): void => {
        const samples = read();
        figure.reset();
        if (typeof samples === 'number') figure.inc(samples);
        else for (const { labels, value } of samples) figure.inc(labels, value);
      };
    },
    async serve(listen) {
      const { host, port } = readAddress(listen);
      const server = createServer((request, reply) => {
        if (request.method !== 'GET' || request.url !== '/metrics') {
          reply.writeHead(404).end('There is only GET /metrics here.\n');
          return;
        }
        void registry.metrics().then(
          (text) => reply.setHeader('content-type', registry.contentType).end(text),
          () => reply.writeHead(500).end(),
        );
      });
      server.listen(port, host.replace(/^\[|\]$/g, ''));
      await once(server, 'listening');
      const bound = server.address() as AddressInfo;
      return {
        address: `${host}:${bound.port}`,
        close: async () => {
          server.closeAllConnections();
          server.close();
          await once(server, 'close');
        },
      };
    },
  };
}

function readAddress(listen: string): { readonly host: string; readonly port: number } {
  const parts = /^(?<host>[^:]+|\[[^\]]+\]):(?<port>\d{1,5})$/.exec(listen)?.groups;
  const port = Number(parts?.['port']);
  if (parts?.['host'] === undefined || port > 65_535) {
    throw new Error(`Cannot serve metrics on "${listen}": give host:port, for example 127.0.0.1:9464.`);
  }
  return { host: parts['host'], port };
}
