import { readStatusDetails } from '@dialplane/grpc';
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

/** The status and details of a call that is to fail. */
export async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    (reply) => {
      throw new Error(`it did not fail: ${JSON.stringify(reply)}`);
    },
    (caught: unknown) => caught as ServiceError,
  );
  return { code: status[error.code], message: error.details, ...readStatusDetails(error) };
}
