import { credentials, makeGenericClientConstructor, status } from '@grpc/grpc-js';
import type { Client, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

interface HealthReply {
  readonly status: string;
}
interface HealthClient extends Client {
  check(request: { service: string }, callback: (error: ServiceError | null, reply: HealthReply) => void): void;
  watch(request: { service: string }): ClientReadableStream<HealthReply>;
}
const HealthClient = makeGenericClientConstructor(service, 'grpc.health.v1.Health');

const connectHealth = (address: string) =>
  new HealthClient(address, credentials.createInsecure()) as unknown as HealthClient;

/** Asks for the health of a service; gives its status, or the error's code. */
export function healthClient(address: string) {
  const client = connectHealth(address);
  return {
    check: (name: string) =>
      new Promise<string | undefined>((resolve) => {
        client.check({ service: name }, (error, reply) => resolve(error === null ? reply.status : status[error.code]));
      }),
    close: () => client.close(),
  };
}

/** Watches the health of a service until the stream ends. */
export function watchHealth(address: string, name: string) {
  const client = connectHealth(address);
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const end = Promise.withResolvers<{ statuses: string[]; code: string | undefined }>();
  const statuses: string[] = [];
  client
    .watch({ service: name })
    .on('data', (reply: HealthReply) => {
      statuses.push(reply.status);
      first.resolve();
      if (statuses.length === 2) second.resolve();
    })
    .on('error', ({ code }: ServiceError) => {
      client.close();
      end.resolve({ statuses, code: status[code] });
    });
  return { first: first.promise, second: second.promise, end: end.promise };
}
