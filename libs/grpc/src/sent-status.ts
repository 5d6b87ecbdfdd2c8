import { status } from '@grpc/grpc-js';
import type { ServerInterceptingCall } from '@grpc/grpc-js';

/** What ends a call. */
export type SentStatus = Parameters<ServerInterceptingCall['sendStatus']>[0];

export const OK: SentStatus = { code: status.OK, details: 'OK', metadata: null };

/** What a stream ends with when the server stops: its client finds another server. */
export const SHUTTING_DOWN: SentStatus = { code: status.UNAVAILABLE, details: 'The server is shutting down.' };
