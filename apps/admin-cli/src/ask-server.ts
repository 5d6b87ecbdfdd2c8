import { readStatusDetails } from '@dialplane/grpc';
import type { StatusDetails } from '@dialplane/grpc';
import { status } from '@grpc/grpc-js';
import type { CallOptions, Client, ServiceError } from '@grpc/grpc-js';

import { outOfReach, Refusal } from './refusal.ts';
import type { FailureCode } from './refusal.ts';

/** Sends one request to the router or the dispatcher; what goes wrong becomes a refusal that says what to do. */
export async function askServer<Reply>(
  server: 'router' | 'dispatcher',
  client: Client,
  timeoutMs: number,
  send: (options: Partial<CallOptions>) => Promise<Reply>,
): Promise<Reply> {
  try {
    return await send({ deadline: Date.now() + timeoutMs });
  } catch (error) {
    throw refusalOf(server, client, error as ServiceError);
  }
}

/** What an error of the server's means to the person at the terminal, and what to do about it. */
export function refusalOf(server: 'router' | 'dispatcher', client: Client, error: ServiceError): Refusal {
  const target = client.getChannel().getTarget();
  return toRefusal(server, target.replace(/^dns:\/*/, ''), error);
}

/**
 * gRPC statuses that say that somebody could not be reached, or broke down, rather than that they refused. A call that
 * failed is ABORTED; one whose outcome is in doubt is UNKNOWN, with a reason.
 */
const OUT_OF_REACH: readonly status[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.INTERNAL];

function toRefusal(server: 'router' | 'dispatcher', address: string, error: ServiceError): Refusal {
  const details = readStatusDetails(error);
  const { reason, hint, rejection, violations, metadata, fault, retryable } = details;
  const more = { code: status[error.code], fault, retryable, violations, ...metadata };
  if (rejection !== undefined) {
    return new Refusal(
      1,
      rejection.reason.toLowerCase().replace('rejection_reason_', ''),
      rejection.message,
      rejection.hint,
      { ...more, rejection },
    );
  }
  if (reason !== undefined) {
    const fields = (violations ?? []).map(({ field, description }) => `${field} ${description}`);
    const named = metadata?.call_log_id === undefined ? [] : [`call log id ${metadata.call_log_id}`];
    return new Refusal(
      exitCodeOf(error.code, details),
      reason.toLowerCase(),
      [error.details, ...fields, ...named].join('\n'),
      hint ?? '',
      more,
    );
  }
  if (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED) {
    return outOfReach(
      `${server}_unreachable`,
      `The ${server} does not answer at ${address}.`,
      `Start it, or say where it is: --${server} <host:port> or ${server.toUpperCase()}_ADDRESS`,
    );
  }
  return new Refusal(
    exitCodeOf(error.code, details),
    `${server}_error`,
    `The ${server} at ${address} answered ${status[error.code]}: ${error.details}`,
    `Check that a Dialplane ${server} of this version listens there`,
    more,
  );
}

function exitCodeOf(code: status, { reason }: StatusDetails): FailureCode {
  if (code === status.INVALID_ARGUMENT) return 2;
  return OUT_OF_REACH.includes(code) || (code === status.UNKNOWN && reason === undefined) ? 3 : 1;
}
