import { Metadata } from '@grpc/grpc-js';
import type { CallOptions, ClientUnaryCall, ServiceError } from '@grpc/grpc-js';

type UnaryMethod<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/**
 * Calls a client's unary method, bound to its client: `callUnary(router.routeCall.bind(router), request)`.
 * Rejects with grpc-js's ServiceError, which `readStatusDetails` reads.
 */
export function callUnary<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: Request,
  options: Partial<CallOptions> = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method(request, new Metadata(), options, (error, response) => (error === null ? resolve(response) : reject(error)));
  });
}
