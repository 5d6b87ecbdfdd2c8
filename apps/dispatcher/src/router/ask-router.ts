import { ErrorReason, Fault as WireFault, RejectionReason } from '@dialplane/contracts';
import type { Rejection, Route, RouteCallRequest, RouterClient } from '@dialplane/contracts';
import { callUnary, readStatusDetails, StatusError } from '@dialplane/grpc';
import type { Fault, Reason, StatusCode } from '@dialplane/grpc';
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

import type { RouteStream } from './create-route-stream.ts';

/** Asks the router where a call goes; throws the refusal, or what kept the router from answering. */
export type AskRouter = (request: RouteCallRequest, deadline: Date | undefined) => Promise<Route>;

/** How long the router is waited for when the caller sets no deadline, in milliseconds. */
const ROUTER_TIMEOUT_MS = 5_000;

/**
 * Questions go over the stream. What it does not decide, and what waits for a version and would keep others from
 * their answers, is asked in a call of its own, which also says what is wrong.
 */
export function createAskRouter(router: RouterClient, stream: Pick<RouteStream, 'ask'>): AskRouter {
  return async (request, callersDeadline) => {
    const deadline = callersDeadline ?? new Date(Date.now() + ROUTER_TIMEOUT_MS);
    const decided = request.minSnapshotVersion === '' ? await stream.ask(request, deadline) : undefined;
    const outcome = decided ?? (await askAlone(router, request, deadline));
    if (outcome?.$case === 'route' && outcome.value.targets.length > 0) return outcome.value;
    if (outcome?.$case === 'rejection') throw refusal(outcome.value);
    throw new Error('The router answered with neither a route nor a rejection.');
  };
}

async function askAlone(router: RouterClient, request: RouteCallRequest, deadline: Date) {
  const { outcome } = await callUnary(router.routeCall.bind(router), request, { deadline }).catch((error: unknown) => {
    throw passOn(error as ServiceError);
  });
  return outcome;
}

/** A refusal to route is the caller's answer. A router of a later version may refuse in words that we do not know. */
function refusal(rejection: Rejection): StatusError {
  const reason = keyOf(RejectionReason, rejection.reason);
  const fault = keyOf(WireFault, rejection.fault);
  return new StatusError({
    code: 'FAILED_PRECONDITION',
    reason,
    message: rejection.message,
    fault: fault === 'UNSPECIFIED' ? 'dialplane' : (fault.toLowerCase() as Lowercase<typeof fault>),
    retryable: false,
    hint: rejection.hint,
    rejection: { ...rejection, reason: RejectionReason[reason], fault: WireFault[fault] },
  });
}

/** The key of an enum's value; UNSPECIFIED for a value that this version does not know, which is never sent on. */
function keyOf<Enum extends Record<string, string>>(
  values: Enum,
  value: string,
): Exclude<keyof Enum & string, 'UNRECOGNIZED'> | 'UNSPECIFIED' {
  const key = Object.keys(values).find((candidate) => values[candidate] === value);
  return (key === undefined || key === 'UNRECOGNIZED' ? 'UNSPECIFIED' : key) as Exclude<
    keyof Enum & string,
    'UNRECOGNIZED'
  >;
}

/** The router's own refusals keep their reason; anything else means that it is out of reach. */
function passOn(error: ServiceError): StatusError {
  const { reason, fault, retryable, hint, violations, metadata } = readStatusDetails(error);
  if (reason === undefined || !(reason in ErrorReason)) {
    return new StatusError({
      code: 'UNAVAILABLE',
      reason: 'ROUTER_UNAVAILABLE',
      message: 'The router is out of reach.',
      fault: 'dialplane',
      retryable: true,
      hint: 'Nothing was written; ask again. Operators: check ROUTER_ADDRESS and the router.',
      cause: error,
    });
  }
  return new StatusError({
    code: status[error.code] as StatusCode,
    reason: reason as Reason,
    message: error.details,
    fault: fault ?? ('dialplane' satisfies Fault),
    retryable: retryable ?? false,
    hint: hint ?? '',
    violations,
    metadata,
    cause: error,
  });
}
