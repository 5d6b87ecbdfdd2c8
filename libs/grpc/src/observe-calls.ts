import type { Logger } from '@dialplane/telemetry';
import { ServerInterceptingCall, status } from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';

import { completeStatus } from './complete-status.ts';
import type { AnswerCall } from './own-method.ts';
import { SHUTTING_DOWN } from './sent-status.ts';
import type { SentStatus } from './sent-status.ts';

/** Sees every call from outside its handler. */
export interface CallObserver {
  readonly interceptor: ServerInterceptor;
  /** Ends every stream that is open, with UNAVAILABLE; ours, when the message in hand is answered. */
  endStreams(): void;
}

/** Our own failures and what nobody foresaw; a handler logs their cause besides. */
const SERVER_FAULTS: ReadonlySet<status> = new Set([status.INTERNAL, status.UNKNOWN, status.DATA_LOSS]);

/**
 * Logs every call once with method, status and duration, gives grpc-js's own refusals their details, and hands
 * the calls of our own methods, by path, to what answers them.
 */
export function createCallObserver(logger: Logger, answers: ReadonlyMap<string, AnswerCall>): CallObserver {
  const openStreams = new Set<() => void>();

  const interceptor: ServerInterceptor = ({ path, responseStream }, call) => {
    const startedAt = performance.now();
    let ended = false;
    let endStream: (() => void) | undefined;
    const end = (code: status, details?: string, isTold = false): void => {
      if (ended) return;
      ended = true;
      if (endStream !== undefined) openStreams.delete(endStream);
      const isQuiet = code === status.OK || isTold;
      if (isQuiet && !logger.isLevelEnabled('debug')) return;
      const durationMs = Math.round((performance.now() - startedAt) * 100) / 100;
      const line = { method: path, status: status[code], durationMs };
      if (isQuiet) logger.debug(line, 'call');
      else logger[SERVER_FAULTS.has(code) ? 'error' : 'info']({ ...line, details }, 'call');
    };
    const onGone = (): void => {
      if (!ended) end(status.CANCELLED, 'The caller went away.');
    };

    // grpc-js refuses some calls below all interceptors (size limit, deadline, unreadable message), on this object.
    const sendStatus = call.sendStatus;
    call.sendStatus = (sent: SentStatus) => {
      const complete = sent.code === status.OK ? sent : completeStatus(sent);
      end(complete.code ?? status.UNKNOWN, complete.details ?? undefined, 'isTold' in complete);
      sendStatus.call(call, complete);
    };

    const answer = answers.get(path);
    const listener = answer?.(call);
    if (responseStream) {
      endStream = () => (listener?.drain === undefined ? call.sendStatus(SHUTTING_DOWN) : listener.drain());
      openStreams.add(endStream);
    }
    if (listener === undefined) {
      return new ServerInterceptingCall(call, { start: (next) => next({ onCancel: onGone }) });
    }
    // Our listener takes the place of grpc-js's own.
    const { start } = call;
    const { onCancel } = listener;
    listener.onCancel = () => {
      onGone();
      onCancel();
    };
    call.start = () => start.call(call, listener);
    return call as ServerInterceptingCall;
  };
  return { interceptor, endStreams: () => openStreams.forEach((endStream) => endStream()) };
}
