import type { Logger } from '@dialplane/telemetry';
import type { ServerInterceptingCallInterface, UntypedHandleCall } from '@grpc/grpc-js';

import type { ServedService } from './served-service.ts';
import type { StatusError } from './status-error.ts';

/** Says what an adapter's error means to a caller; undefined for anything unforeseen. */
export type Translate = (error: unknown) => StatusError | undefined;

/** What the server gives to every handler. */
export interface HandlerEnvironment {
  readonly logger: Logger;
  readonly translate: Translate;
}

/** Hears what happens to one call, below grpc-js's own streams: they cost a third of a short call. */
export interface CallListener {
  onReceiveMetadata(): void;
  onReceiveMessage(message: never): void;
  onReceiveHalfClose(): void;
  /** The call is over, whether it was answered or not. */
  onCancel(): void;
  /** The server stops: ends a stream as soon as the message in hand is answered. */
  drain?(): void;
}

/** Listens to one call and answers it. */
export type AnswerCall = (call: ServerInterceptingCallInterface) => CallListener;

/** Makes what answers the calls of the method at `path`; its logger names the method. */
export type BindMethod = (environment: HandlerEnvironment & { readonly path: string }) => AnswerCall;

const ownMethods = new WeakMap<object, BindMethod>();

/** A method of a service implementation that `startServer` answers by itself. */
export function ownMethod(bind: BindMethod): () => never {
  const method = (): never => {
    throw new Error(
      'A method made by unary(), duplex() or serverStream() works only in a service that startServer() serves.',
    );
  };
  ownMethods.set(method, bind);
  return method;
}

/** What answers each method made by `ownMethod`, by its path; other methods are left to grpc-js. */
export function bindOwnMethods(
  { definition, implementation }: ServedService,
  { logger, translate }: HandlerEnvironment,
): [path: string, answer: AnswerCall][] {
  return Object.entries(definition).flatMap(([name, { path }]): [string, AnswerCall][] => {
    const method = implementation[name] as UntypedHandleCall | undefined;
    const bind = method === undefined ? undefined : ownMethods.get(method);
    return bind === undefined ? [] : [[path, bind({ path, translate, logger: logger.child({ method: path }) })]];
  });
}
