import type { Rejection, Route, RouteCallRequest, RouterClient } from '@dialplane/contracts';
import { callUnary, readStatusDetails, StatusError } from '@dialplane/grpc';
import type { Fault, StatusCode } from '@dialplane/grpc';
import { status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

/** Asks the router where a call goes; throws the refusal, or what kept the router from answering. */
export type AskRouter = (request: RouteCallRequest, deadline: Date | undefined) => Promise<Route>;

/** How long the router is waited for when the caller sets no deadline, in milliseconds. */
const ROUTER_TIMEOUT_MS = 5_000;

export function createAskRouter(router: RouterClient): AskRouter {
  return async (request, deadline) => {
    const options = { deadline: deadline ?? new Date(Date.now() + ROUTER_TIMEOUT_MS) };
    const { outcome } = await callUnary(router.routeCall.bind(router), request, options).catch((error: unknown) => {
      throw passOn(error as ServiceError);
    });
    if (outcome?.$case === 'route' && outcome.value.targets.length > 0) return outcome.value;
    if (outcome?.$case === 'rejection') throw refusal(outcome.value);
    throw new Error('The router answered with neither a route nor a rejection.');
  };
}

/** A refusal to route is the caller's answer, word for word. */
function refusal(rejection: Rejection): StatusError {
  return new StatusError({
    code: 'FAILED_PRECONDITION',
    reason: rejection.reason.replace(/^REJECTION_REASON_/, ''),
    message: rejection.message,
    fault: rejection.fault.replace(/^FAULT_/, '').toLowerCase() as Fault,
    retryable: false,
    hint: rejection.hint,
    rejection,
  });
}

/** The router's own refusals keep their reason; anything else means that it is out of reach. */
function passOn(error: ServiceError): StatusError {
  const { reason, fault, retryable, hint, violations, metadata } = readStatusDetails(error);
  if (reason === undefined || fault === undefined) {
    return new StatusError({
      code: 'UNAVAILABLE',
      reason: 'ROUTER_UNAVAILABLE',
      message: 'The router is out of reach.',
      fault: 'dialplane',
      retryable: true,
      hint: 'Nothing was written; ask again. Operators: check ROUTER_ADDRESS and the router.',
    });
  }
  return new StatusError({
    code: status[error.code] as StatusCode, reason, message: error.details, fault, retryable: retryable ?? false, hint: hint ?? '', violations, metadata,
  });
}
