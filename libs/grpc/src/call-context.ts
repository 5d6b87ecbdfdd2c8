import type { Logger } from '@dialplane/telemetry';
import type { ServerInterceptingCallInterface } from '@grpc/grpc-js';

/** What a handler knows about the call besides the request. */
export interface CallContext {
  /** Aborted when the caller cancels or hangs up, when the deadline passes, and when a drain runs out of grace. */
  readonly signal: AbortSignal;
  /** The moment after which nobody waits for the reply; undefined when the caller set none. */
  readonly deadline: Date | undefined;
  /** Names the method in every line. */
  readonly logger: Logger;
}

/** A call's context and what happens to it. */
export interface OpenContext {
  readonly context: CallContext;
  isCancelled(): boolean;
  /** Aborts the signal, unless the call is finished. */
  cancel(): void;
  /** What a handler left running must not be aborted by what becomes of the connection later. */
  finish(): void;
}

/** Makes a call's context. A signal is made for those who ask for it alone: it costs more than a short handler. */
export function openContext(call: ServerInterceptingCallInterface, path: string, logger: Logger): OpenContext {
  let controller: AbortController | undefined;
  let state: 'open' | 'cancelled' | 'finished' = 'open';
  const abort = (): void => controller?.abort(new Error(`${path}: nobody waits for the reply any more.`));
  return {
    context: {
      get signal() {
        if (controller === undefined) {
          controller = new AbortController();
          if (state === 'cancelled') abort();
        }
        return controller.signal;
      },
      get deadline() {
        const deadline = call.getDeadline();
        if (deadline instanceof Date) return deadline;
        return Number.isFinite(deadline) ? new Date(deadline) : undefined;
      },
      logger,
    },
    isCancelled: () => state === 'cancelled',
    cancel() {
      if (state !== 'open') return;
      state = 'cancelled';
      abort();
    },
    finish() {
      if (state === 'open') state = 'finished';
    },
  };
}
