/** The gRPC server and its errors: start-up, health, reflection, drain, one mapping from errors to statuses. */
export type { CallContext } from './call-context.ts';
export { callUnary } from './call-unary.ts';
export { duplex } from './duplex.ts';
export type { DuplexHandler } from './duplex.ts';
export { invalidArgument } from './invalid-argument.ts';
export type { Translate } from './own-method.ts';
export { readRpcStatus, readStatusDetails } from './read-status-details.ts';
export type { StatusDetails } from './read-status-details.ts';
export type { ServedService } from './served-service.ts';
export { serverStream } from './server-stream.ts';
export type { ServerStreamHandler } from './server-stream.ts';
export { MAX_CONCURRENT_STREAMS, MAX_REQUEST_BYTES, startServer } from './start-server.ts';
export type { RunningServer, ServerOptions } from './start-server.ts';
export { StatusError } from './status-error.ts';
export type { Fault, Reason, StatusCode, StatusErrorInit, Violation } from './status-error.ts';
export { toRpcStatus } from './to-rpc-status.ts';
export { unary } from './unary.ts';
export type { UnaryHandler } from './unary.ts';
