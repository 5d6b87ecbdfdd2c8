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

/** A call's context, and what happens to it. A class, and a signal only for those who ask: calls are short. */
export class OpenContext implements CallContext {
  readonly logger: Logger;
  private readonly call: ServerInterceptingCallInterface;
  private readonly path: string;
  private controller: AbortController | undefined = undefined;
  private state: 'open' | 'cancelled' | 'finished' = 'open';

  constructor(call: ServerInterceptingCallInterface, path: string, logger: Logger) {
    this.call = call;
    this.path = path;
    this.logger = logger;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (this.isCancelled) this.abort();
    }
    return this.controller.signal;
  }

  get deadline(): Date | undefined {
    const deadline = this.call.getDeadline();
    if (deadline instanceof Date) return deadline;
    return Number.isFinite(deadline) ? new Date(deadline) : undefined;
  }

  get isCancelled(): boolean {
    return this.state === 'cancelled';
  }

  /** Aborts the signal, unless the call is finished. */
  cancel(): void {
    if (this.state !== 'open') return;
    this.state = 'cancelled';
    this.abort();
  }

  /** What a handler left running must not be aborted by what becomes of the connection later. */
  finish(): void {
    if (this.state === 'open') this.state = 'finished';
  }

  private abort(): void {
    this.controller?.abort(new Error(`${this.path}: nobody waits for the reply any more.`));
  }
}
