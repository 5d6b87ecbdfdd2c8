import type { Logger } from '@dialplane/telemetry';
import { ServerInterceptingCall, status } from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';

import { completeStatus } from './complete-status.ts';
import type { SentStatus } from './complete-status.ts';

/** Sees every call from outside its handler. */
export interface CallObserver {
  readonly interceptor: ServerInterceptor;
  /** Ends every stream that is open, with UNAVAILABLE: its client finds another server. */
  endStreams(): void;
}

/** Our own failures and what nobody foresaw; a handler logs their cause besides. */
const SERVER_FAULTS: ReadonlySet<status> = new Set([status.INTERNAL, status.UNKNOWN, status.DATA_LOSS]);

/** Logs every call once with method, status and duration, and gives grpc-js's own refusals their details. */
export function createCallObserver(logger: Logger): CallObserver {
  const openStreams = new Set<() => void>();

  const interceptor: ServerInterceptor = ({ path, responseStream }, call) => {
    const startedAt = performance.now();
    let ended = false;
    const end = (code: status, details?: string): void => {
      if (ended) return;
      ended = true;
      openStreams.delete(endStream);
      const line = {
        method: path,
        status: status[code],
        durationMs: Math.round((performance.now() - startedAt) * 100) / 100,
      };
      if (code === status.OK) logger.debug(line, 'call');
      else logger[SERVER_FAULTS.has(code) ? 'error' : 'info']({ ...line, details }, 'call');
    };
    const endStream = (): void =>
      call.sendStatus({ code: status.UNAVAILABLE, details: 'The server is shutting down.' });
    if (responseStream) openStreams.add(endStream);

    // grpc-js refuses some calls below all interceptors (size limit, deadline, unreadable message), on this object.
    const sendStatus = call.sendStatus.bind(call);
    call.sendStatus = (sent: SentStatus) => {
      const complete = completeStatus(sent);
      end(complete.code ?? status.UNKNOWN, complete.details ?? undefined);
      sendStatus(complete);
    };
    return new ServerInterceptingCall(call, {
      start: (next) => next({ onCancel: () => end(status.CANCELLED, 'The caller went away.') }),
    });
  };
  return { interceptor, endStreams: () => openStreams.forEach((endStream) => endStream()) };
}
