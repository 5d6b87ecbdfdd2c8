import type { Logger } from '@dialplane/telemetry';
import type { handleUnaryCall, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';

import { StatusError } from './status-error.ts';
import { toServiceError } from './to-service-error.ts';

/** What a handler knows about the call besides the request. */
export interface CallContext {
  /** Aborted when the caller cancels or hangs up, when the deadline passes, and when a drain runs out of grace. */
  readonly signal: AbortSignal;
  /** The moment after which nobody waits for the reply; undefined when the caller set none. */
  readonly deadline: Date | undefined;
  /** Names the method in every line. */
  readonly logger: Logger;
}

/** Answers one request; refuses by throwing a StatusError. */
export type UnaryHandler<Request, Response> = (request: Request, context: CallContext) => Promise<Response>;

/** Says what an adapter's error means to a caller; undefined for anything unforeseen. */
export type Translate = (error: unknown) => StatusError | undefined;

/** What the server gives to every handler. */
export interface HandlerEnvironment {
  readonly logger: Logger;
  readonly translate: Translate;
}

type Bind = (environment: HandlerEnvironment) => handleUnaryCall<never, unknown>;
const binds = new WeakMap<object, Bind>();

/** Turns an async handler into a method of a service implementation, to be served by `startServer`. */
export function unary<Request, Response>(handler: UnaryHandler<Request, Response>): handleUnaryCall<Request, Response> {
  const method: handleUnaryCall<Request, Response> = () => {
    throw new Error('A method made by unary() works only in a service that startServer() serves.');
  };
  binds.set(method, ({ logger, translate }) => {
    // Made once: a child logger costs more than the rest of a call's context.
    let ofMethod: Logger | undefined;
    return (call: ServerUnaryCall<Request, Response>, callback) => {
      ofMethod ??= logger.child({ method: call.getPath() });
      void answer(handler, call, { logger: ofMethod, translate }).then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error as StatusError)),
      );
    };
  });
  return method;
}

/** Gives each method made by `unary` its environment; other methods stay as they are. */
export function bindHandlers(
  implementation: UntypedServiceImplementation,
  environment: HandlerEnvironment,
): UntypedServiceImplementation {
  const methods = Object.entries(implementation).map(([name, method]) => [
    name,
    binds.get(method)?.(environment) ?? method,
  ]);
  return Object.fromEntries(methods) as UntypedServiceImplementation;
}

/** Rejects with StatusErrors only. */
async function answer<Request, Response>(
  handler: UnaryHandler<Request, Response>,
  call: ServerUnaryCall<Request, Response>,
  { logger, translate }: HandlerEnvironment,
): Promise<Response> {
  const deadline = readDeadline(call.getDeadline());
  if (deadline !== undefined && deadline.getTime() <= Date.now()) throw deadlinePassed();
  const controller = new AbortController();
  const abort = (): void => controller.abort(new Error(`${call.getPath()}: nobody waits for the reply any more.`));
  call.once('cancelled', abort);
  if (call.cancelled) abort();
  try {
    return await handler(call.request, { signal: controller.signal, deadline, logger });
  } catch (error) {
    throw toStatusError(error, controller.signal, { logger, translate });
  } finally {
    // grpc-js also says `cancelled` after a reply: what a handler left running must not be aborted by it.
    call.off('cancelled', abort);
  }
}

function toStatusError(error: unknown, signal: AbortSignal, { logger, translate }: HandlerEnvironment): StatusError {
  const refusal = error instanceof StatusError ? error : translate(error);
  if (refusal !== undefined) {
    if (refusal.fault === 'dialplane') logger.warn({ reason: refusal.reason, err: error }, 'call failed');
    return refusal;
  }
  if (signal.aborted) {
    // Nobody reads this one; the work was given up because nobody waits.
    return new StatusError({
      code: 'CANCELLED',
      reason: 'CANCELLED',
      message: 'The call was cancelled.',
      fault: 'caller',
      retryable: true,
      hint: 'Ask again with a longer deadline.',
      cause: error,
    });
  }
  logger.error({ err: error }, 'call failed in a way that nobody foresaw');
  return new StatusError({
    code: 'INTERNAL',
    reason: 'INTERNAL',
    message: 'Dialplane failed to answer this call.',
    fault: 'dialplane',
    retryable: false,
    hint: "Operators: the cause is in the server's log.",
    cause: error,
  });
}

function readDeadline(deadline: Date | number): Date | undefined {
  if (deadline instanceof Date) return deadline;
  return Number.isFinite(deadline) ? new Date(deadline) : undefined;
}

function deadlinePassed(): StatusError {
  return new StatusError({
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE_PASSED',
    message: 'The deadline had passed before the call arrived; nothing was done.',
    fault: 'caller',
    retryable: true,
    hint: 'Ask again with a later deadline.',
  });
}
