import type { handleBidiStreamingCall, ServerInterceptingCallInterface } from '@grpc/grpc-js';

import { answerOne } from './answer-one.ts';
import { OpenContext } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import { ownMethod } from './own-method.ts';
import type { CallListener, HandlerEnvironment } from './own-method.ts';
import { deadlinePassed, readFailure } from './read-failure.ts';
import { OK, SHUTTING_DOWN } from './sent-status.ts';
import { toServiceError } from './to-service-error.ts';

/** Answers one message of a stream with one message; ends the stream by throwing a StatusError. */
export type DuplexHandler<Request, Response> = (request: Request, context: CallContext) => Response | Promise<Response>;

/**
 * Turns a handler into a bidirectional stream of a service implementation, to be served by `startServer`. Each
 * message is answered by one, in order. The next is taken when the reply to the one before has gone out, so a
 * client that does not read is not read from either.
 */
export function duplex<Request, Response>(
  handler: DuplexHandler<Request, Response>,
): handleBidiStreamingCall<Request, Response> {
  return ownMethod((environment) => (call) => listen(handler, call, environment));
}

function listen<Request, Response>(
  handler: DuplexHandler<Request, Response>,
  call: ServerInterceptingCallInterface,
  environment: HandlerEnvironment & { readonly path: string },
): CallListener {
  let isInHand = false;
  let isDraining = false;
  const context = new OpenContext(call, environment.path, environment.logger);
  const end = (sent: Parameters<typeof call.sendStatus>[0]): void => {
    context.finish();
    call.sendStatus(sent);
  };
  const refuse = (error: unknown): void => end(toServiceError(readFailure(error, context.isCancelled, environment)));
  const reply = (response: Response): void =>
    // Called when HTTP/2's flow control has let all of it go.
    call.sendMessage(response, () => {
      isInHand = false;
      if (isDraining) end(SHUTTING_DOWN);
      else call.startRead();
    });
  return {
    onReceiveMetadata() {
      const tooLate = deadlinePassed(call.getDeadline());
      if (tooLate === undefined) call.startRead();
      else refuse(tooLate);
    },
    onReceiveMessage(message: Request) {
      isInHand = true;
      answerOne(() => handler(message, context), reply, refuse);
    },
    onReceiveHalfClose: () => end(OK),
    onCancel: () => context.cancel(),
    drain() {
      isDraining = true;
      if (!isInHand) end(SHUTTING_DOWN);
    },
  };
}
