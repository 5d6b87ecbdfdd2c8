import type { Call, CallRepository, Lease } from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';
import type { Logger } from '@dialplane/telemetry';

import { MOST_FAILURES } from './persevere.ts';

export interface TakingOverParts {
  readonly calls: Pick<CallRepository, 'takeOver' | 'get'>;
  readonly takeOverMs: number;
  readonly logger: Logger;
  /** How many more calls this process takes. */
  readonly room: () => number;
  /** Ends a call that cannot be read; false: it has to be asked again later. */
  readonly giveUp: (lease: Lease) => Promise<boolean>;
  /** `askedAt`: by `performance.now()`, before the database was asked. */
  readonly onTaken: (call: Call, lease: Lease, askedAt: number) => void;
}

/** How many calls are read at once. */
const READ_AT_ONCE = 8;
/** In one look. */
const MAX_TAKEN = 100;
/** So many also by a process that is full: in a lost call somebody may sit in silence. */
const MIN_TAKEN = 5;

/**
 * Looks every while for calls whose process was lost, or gave them up, and takes them over. The pauses differ by up
 * to a third, so that replicas do not look all at once.
 */
export function startTakingOver(parts: TakingOverParts): { stop(): Promise<void> } {
  const { calls, takeOverMs, logger, room, giveUp, onTaken } = parts;
  /** How often this process could not read a call, by its id. */
  const unreadable = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;

  const look = async (): Promise<void> => {
    const limit = Math.min(Math.max(room(), MIN_TAKEN), MAX_TAKEN);
    const askedAt = performance.now();
    const waiting = [...(await calls.takeOver(limit))];
    const readers = Array.from({ length: READ_AT_ONCE }, async () => {
      for (let lease = waiting.shift(); lease !== undefined; lease = waiting.shift()) await begin(lease, askedAt);
    });
    await Promise.all(readers);
  };
  const begin = async (lease: Lease, askedAt: number): Promise<void> => {
    const call = await calls.get(lease.tenantId, lease.callId).catch(async (error: unknown) => {
      // Its lease runs out again; the others do not wait for it.
      logger.error({ err: error, callLogId: lease.callId }, 'a call that was taken over cannot be read');
      if (!(error instanceof DatabaseUnavailableError)) await countUnreadable(lease);
      return undefined;
    });
    if (call === undefined) return;
    unreadable.delete(call.id);
    logger.info({ callLogId: call.id, state: call.state, fence: lease.fence }, 'a call was taken over');
    onTaken(call, lease, askedAt);
  };
  const countUnreadable = async (lease: Lease): Promise<void> => {
    const { callId } = lease;
    const times = (unreadable.get(callId) ?? 0) + 1;
    unreadable.set(callId, times);
    if (times < MOST_FAILURES) return;
    logger.error({ alert: true, callLogId: callId }, 'a call is given up: it cannot be read');
    const isOver = await giveUp(lease).catch((error: unknown) => {
      logger.error({ err: error, alert: true, callLogId: callId }, 'a call that is given up cannot be ended yet');
      return false;
    });
    if (isOver) unreadable.delete(callId);
  };
  const schedule = (): void => {
    if (isStopped) return;
    timer = setTimeout(
      () => {
        looking = look()
          .catch((error: unknown) => logger.warn({ err: error }, 'calls could not be taken over for now'))
          .finally(schedule);
      },
      takeOverMs * (1 + (Math.random() - 0.5) / 1.5),
    );
    timer.unref();
  };
  schedule();

  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
