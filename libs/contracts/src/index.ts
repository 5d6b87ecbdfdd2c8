/** The wire contract: generated messages, service definitions and clients. */
export { enumKey } from './enum-key.ts';
export { descriptorImage } from './gen/descriptor-image.ts';
export * from './gen/dialplane/v1/agent_calls.ts';
export * from './gen/dialplane/v1/dispatcher.ts';
export * from './gen/dialplane/v1/errors.ts';
export * from './gen/dialplane/v1/rejection.ts';
export * from './gen/dialplane/v1/router.ts';
export { BadRequest, ErrorInfo } from './gen/google/rpc/error_details.ts';
export { Status as RpcStatus } from './gen/google/rpc/status.ts';
