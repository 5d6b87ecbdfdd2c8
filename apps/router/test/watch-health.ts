import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import type { Client, ClientReadableStream } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

interface HealthReply {
  readonly status: string;
}
interface HealthClient extends Client {
  watch(request: { service: string }): ClientReadableStream<HealthReply>;
}
const HealthClient = makeGenericClientConstructor(service, 'grpc.health.v1.Health');

/** Watches the health of a service. */
export function watchHealth(address: string, name: string) {
  const client = new HealthClient(address, credentials.createInsecure()) as unknown as HealthClient;
  let current: string | undefined;
  let wake = (): void => undefined;
  client
    .watch({ service: name })
    .on('data', ({ status }: HealthReply) => {
      current = status;
      wake();
    })
    .on('error', () => undefined);
  return {
    until: async (status: string): Promise<void> => {
      while (current !== status) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: () => client.close(),
  };
}
