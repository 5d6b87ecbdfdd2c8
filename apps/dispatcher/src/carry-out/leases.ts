import type { CallRepository, Lease } from '@dialplane/calls';
import type { Logger } from '@dialplane/telemetry';

import { DroppedCall } from './dropped-call.ts';

export interface LeasesParts {
  readonly calls: Pick<CallRepository, 'renew'>;
  /** How long a lease lasts by the database's clock, in milliseconds. */
  readonly leaseMs: number;
  readonly logger: Logger;
}

/** One call's lease, as far as this process knows. */
export interface HeldLease {
  readonly lease: Lease;
  /** Aborted with a DroppedCall when the lease was lost. */
  readonly signal: AbortSignal;
  /** Whether it stands for certain. False after the process was stopped for longer than it lasts. */
  holdsNow(): boolean;
  /** Resolves when it stands for certain; rejects when it was lost. */
  confirm(): Promise<void>;
  /** Asks the database now; rejects when it was lost. */
  recheck(): Promise<void>;
}

export interface Leases {
  /** `askedAt`: by `performance.now()`, before the database was asked for the lease. */
  hold(lease: Lease, askedAt: number): HeldLease;
  forget(lease: Lease): void;
  /** Ends the renewing; every call that is still held is dropped. */
  stop(): void;
}

interface Entry {
  readonly lease: Lease;
  readonly controller: AbortController;
  validUntil: number;
}

/** A lease is renewed three times before it runs out. */
const RENEWALS_PER_LEASE = 3;
/** The pause before the database is asked again after it failed, in milliseconds. */
const RETRY_MS = 500;

/**
 * Keeps the leases of all calls that this process carries out, in one statement every third of their length. What is
 * known of them goes by this process's monotonic clock, counted from before the database was asked: a process that
 * was stopped wakes up knowing that it knows nothing.
 */
export function createLeases({ calls, leaseMs, logger }: LeasesParts): Leases {
  const entries = new Map<string, Entry>();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;

  const renewAll = async (): Promise<void> => {
    const asked = [...entries.values()];
    if (asked.length === 0) return;
    const askedAt = performance.now();
    const kept = new Set((await calls.renew(asked.map(({ lease }) => lease))).map(nameOf));
    for (const entry of asked) {
      if (kept.has(nameOf(entry.lease))) entry.validUntil = askedAt + leaseMs;
      else if (entries.get(entry.lease.callId) === entry) {
        entries.delete(entry.lease.callId);
        entry.controller.abort(new DroppedCall('another one took it over'));
      }
    }
  };
  const renew = (): Promise<void> => (running ??= renewAll().finally(() => (running = undefined)));

  const schedule = (pauseMs: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      renew().then(
        () => schedule(leaseMs / RENEWALS_PER_LEASE),
        (error: unknown) => {
          logger.warn({ err: error }, 'the leases of calls could not be renewed yet');
          schedule(Math.min(RETRY_MS, leaseMs / RENEWALS_PER_LEASE));
        },
      );
    }, pauseMs);
    timer.unref();
  };
  schedule(leaseMs / RENEWALS_PER_LEASE);

  return {
    hold(lease, askedAt) {
      const entry: Entry = { lease, controller: new AbortController(), validUntil: askedAt + leaseMs };
      entries.get(lease.callId)?.controller.abort(new DroppedCall('it was taken over'));
      entries.set(lease.callId, entry);
      const { signal } = entry.controller;
      const holdsNow = (): boolean => !signal.aborted && performance.now() < entry.validUntil;
      return {
        lease,
        signal,
        holdsNow,
        async confirm() {
          while (!holdsNow()) {
            signal.throwIfAborted();
            await renew().catch(() => pause(RETRY_MS));
          }
        },
        async recheck() {
          await renew().catch(() => undefined);
          signal.throwIfAborted();
        },
      };
    },
    forget(lease) {
      const entry = entries.get(lease.callId);
      if (entry?.lease.fence !== lease.fence) return;
      entries.delete(lease.callId);
      // Nobody renews it any more: what still waits for it would wait for ever.
      entry.controller.abort(new DroppedCall('the call was let go of'));
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
      for (const { controller } of entries.values()) controller.abort(new DroppedCall('the process stops'));
      entries.clear();
    },
  };
}

function nameOf({ callId, fence }: Lease): string {
  return `${callId}/${fence}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
