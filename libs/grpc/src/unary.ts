import type { handleUnaryCall, ServerInterceptingCallInterface } from '@grpc/grpc-js';

import { answerOne } from './answer-one.ts';
import { OpenContext } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import { oneRequestOnly } from './one-request-only.ts';
import { ownMethod } from './own-method.ts';
import type { CallListener, HandlerEnvironment } from './own-method.ts';
import { deadlinePassed, readFailure } from './read-failure.ts';
import { OK } from './sent-status.ts';
import { toServiceError } from './to-service-error.ts';

/** Answers one request; refuses by throwing a StatusError. One that answers at once costs no turn of the loop. */
export type UnaryHandler<Request, Response> = (request: Request, context: CallContext) => Response | Promise<Response>;

/** Turns a handler into a method of a service implementation, to be served by `startServer`. */
export function unary<Request, Response>(handler: UnaryHandler<Request, Response>): handleUnaryCall<Request, Response> {
  return ownMethod((environment) => (call) => listen(handler, call, environment));
}

function listen<Request, Response>(
  handler: UnaryHandler<Request, Response>,
  call: ServerInterceptingCallInterface,
  environment: HandlerEnvironment & { readonly path: string },
): CallListener {
  const { path, logger } = environment;
  let request: Request | undefined;
  const context = new OpenContext(call, path, logger);
  const refuse = (error: unknown): void => {
    const failure = readFailure(error, context.isCancelled, environment);
    context.finish();
    call.sendStatus(toServiceError(failure));
  };
  const reply = (response: Response): void => {
    context.finish();
    // The status waits behind the message by itself, and both go out together.
    call.sendMessage(response, nothing);
    call.sendStatus(OK);
  };
  return {
    onReceiveMetadata: () => call.startRead(),
    onReceiveMessage(message: Request) {
      if (request !== undefined) return call.sendStatus(oneRequestOnly(path, 'more than one request message'));
      request = message;
      call.startRead();
    },
    onReceiveHalfClose() {
      if (request === undefined) return call.sendStatus(oneRequestOnly(path, 'no request message'));
      const asked = request;
      const tooLate = deadlinePassed(call.getDeadline());
      if (tooLate !== undefined) return refuse(tooLate);
      answerOne(() => handler(asked, context), reply, refuse);
    },
    onCancel: () => context.cancel(),
  };
}

const nothing = (): void => undefined;
