import { status } from '@grpc/grpc-js';

import type { SentStatus } from './sent-status.ts';

/** The refusal of a call with another number of request messages, as grpc-js has it. */
export function oneRequestOnly(path: string, got: string): SentStatus {
  return { code: status.UNIMPLEMENTED, details: `${path} takes one request message, and got ${got}.`, metadata: null };
}
