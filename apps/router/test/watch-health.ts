import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import type { Client, ClientReadableStream } from '@grpc/grpc-js';

/** grpc.health.v1, as far as it takes: a request is a name, a reply one of these. */
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;
type Status = (typeof STATUSES)[number];
const DEFINITION = {
  watch: {
    path: '/grpc.health.v1.Health/Watch',
    requestStream: false,
    responseStream: true,
    requestSerialize: (name: string) => Buffer.from([0x0a, name.length, ...Buffer.from(name)]),
    requestDeserialize: (bytes: Buffer) => bytes.toString(),
    responseSerialize: () => Buffer.alloc(0),
    responseDeserialize: (bytes: Buffer): Status => STATUSES[bytes[1] ?? 0] ?? 'UNKNOWN',
  },
};
interface HealthClient extends Client {
  watch(name: string): ClientReadableStream<Status>;
}
const HealthClient = makeGenericClientConstructor(DEFINITION, 'grpc.health.v1.Health');

/** Watches the health of a service. */
export function watchHealth(address: string, name: string) {
  const client = new HealthClient(address, credentials.createInsecure()) as unknown as HealthClient;
  let current: Status | undefined;
  let wake = (): void => undefined;
  client
    .watch(name)
    .on('data', (status: Status) => {
      current = status;
      wake();
    })
    .on('error', () => undefined);
  return {
    until: async (status: Status): Promise<void> => {
      while (current !== status) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: () => client.close(),
  };
}
