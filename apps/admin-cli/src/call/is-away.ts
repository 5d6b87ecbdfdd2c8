import { readStatusDetails } from '@dialplane/grpc';
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

const AWAY: readonly status[] = [
  status.UNAVAILABLE,
  status.CANCELLED,
  status.INTERNAL,
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.RESOURCE_EXHAUSTED,
];

/** Whether the same request, sent again, may be answered: the connection broke, or the dispatcher said so itself. */
export function isAway(error: ServiceError): boolean {
  const { reason, retryable } = readStatusDetails(error);
  return AWAY.includes(error.code) && (reason === undefined || retryable === true);
}
