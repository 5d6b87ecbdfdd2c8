import type { handleServerStreamingCall, ServerInterceptingCallInterface } from '@grpc/grpc-js';

import { OpenContext } from './call-context.ts';
import type { CallContext } from './call-context.ts';
import { oneRequestOnly } from './one-request-only.ts';
import { ownMethod } from './own-method.ts';
import type { CallListener, HandlerEnvironment } from './own-method.ts';
import { deadlinePassed, readFailure } from './read-failure.ts';
import { OK, SHUTTING_DOWN } from './sent-status.ts';
import type { SentStatus } from './sent-status.ts';
import { toServiceError } from './to-service-error.ts';

/**
 * Answers one request with many messages; refuses, or ends the stream, by throwing a StatusError. The context's
 * signal is aborted when nobody listens any more, and when the server stops: the iterable has to end then.
 */
export type ServerStreamHandler<Request, Response> = (
  request: Request,
  context: CallContext,
) => AsyncIterable<Response>;

/**
 * Turns a handler into a server stream of a service implementation, to be served by `startServer`. The next message
 * is asked for when the one before has gone out, so for a client that does not read nothing piles up.
 */
export function serverStream<Request, Response>(
  handler: ServerStreamHandler<Request, Response>,
): handleServerStreamingCall<Request, Response> {
  return ownMethod((environment) => (call) => listen(handler, call, environment));
}

function listen<Request, Response>(
  handler: ServerStreamHandler<Request, Response>,
  call: ServerInterceptingCallInterface,
  environment: HandlerEnvironment & { readonly path: string },
): CallListener {
  const { path } = environment;
  const context = new OpenContext(call, path, environment.logger);
  let request: Request | undefined;
  let hasEnded = false;
  /** Goes on after the message that is going out; undefined when none is. */
  let sent: (() => void) | undefined;

  const end = (status: SentStatus): void => {
    if (hasEnded) return;
    hasEnded = true;
    call.sendStatus(status);
  };
  const send = (message: Response): Promise<void> =>
    new Promise((resolve) => {
      sent = () => {
        sent = undefined;
        resolve();
      };
      // Called when HTTP/2's flow control has let all of it go; perhaps never, when the caller is gone.
      call.sendMessage(message, () => sent?.());
    });
  const stop = (): void => {
    context.cancel();
    sent?.();
  };
  const answer = async (asked: Request): Promise<void> => {
    try {
      for await (const message of handler(asked, context)) {
        if (hasEnded || context.isCancelled) break;
        await send(message);
        if (hasEnded || context.isCancelled) break;
      }
      end(OK);
    } catch (error) {
      const failure = readFailure(error, context.isCancelled, environment);
      end(toServiceError(failure));
    }
    context.finish();
  };
  return {
    onReceiveMetadata: () => call.startRead(),
    onReceiveMessage(message: Request) {
      if (request !== undefined) return end(oneRequestOnly(path, 'more than one request message'));
      request = message;
      call.startRead();
    },
    onReceiveHalfClose() {
      if (request === undefined) return end(oneRequestOnly(path, 'no request message'));
      const tooLate = deadlinePassed(call.getDeadline());
      if (tooLate !== undefined) return end(toServiceError(tooLate));
      void answer(request);
    },
    onCancel: stop,
    drain() {
      // A status waits behind the message that is going out.
      end(SHUTTING_DOWN);
      stop();
    },
  };
}
