import { isFinal } from '@dialplane/calls';
import type { Call, CallRepository, Lease } from '@dialplane/calls';

import type { OpenedCredential } from '../targets/read-credential.ts';
import { createAgentLooks } from './create-agent-looks.ts';
import { DroppedCall } from './dropped-call.ts';
import { endNarrowly } from './end-narrowly.ts';
import { createLeases } from './leases.ts';
import { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';
import { persevere } from './persevere.ts';
import { startTakingOver } from './start-taking-over.ts';

export interface CallsInProgressParts extends Omit<CarryOutParts, 'agentLooks'> {
  readonly calls: CarryOutParts['calls'] & Pick<CallRepository, 'renew' | 'takeOver' | 'release' | 'stand'>;
  /** How long a lease lasts by the database's clock, in milliseconds. */
  readonly leaseMs: number;
  /** The pause between two looks for calls whose process was lost, in milliseconds. */
  readonly takeOverMs: number;
  /** How many calls one process carries out at once before their callees have answered. */
  readonly maxCalls: number;
  /** Told of each call that is over, for the figures. */
  readonly onOver: (call: Call) => void;
}

export interface AcceptedCall {
  readonly call: Call;
  readonly lease: Lease;
  /** By `performance.now()`, before the database was asked. */
  readonly askedAt: number;
  /** Of the target of the call's first attempt. */
  readonly credential: OpenedCredential;
}

/** Room for one call more, taken before the call is. */
export interface Place {
  /** Carries a call out that was just accepted, beside the request: a caller who hangs up cancels nothing. */
  readonly carryOut: (accepted: AcceptedCall) => Pick<OwnedCall, 'until'>;
  /** No call is coming. Does nothing once one is carried out, or when called again. */
  readonly giveUp: () => void;
}

export interface CallsInProgress {
  /** A place for one call more; undefined when as many are being carried out, or begun, as one process takes. */
  reserve(): Place | undefined;
  /** Something may be known anew of a call, if it is carried out here: its room is looked into at once. */
  look(callId: string): void;
  /**
   * Lets go of every call, for others to take over: at once, but for those with a request under way whose answer
   * only this process gets; these have `graceMs`.
   */
  settle(graceMs: number): Promise<void>;
}

/** The calls that this process carries out: those that it accepted, and those that it took over. */
export function createCallsInProgress(given: CallsInProgressParts): CallsInProgress {
  const parts = { ...given, agentLooks: createAgentLooks(given.timing.agentLookMs) };
  const { calls, logger, maxCalls, leaseMs } = parts;
  const leases = createLeases({ calls, leaseMs, logger });
  const running = new Map<OwnedCall, Promise<void>>();
  const reserved = new Set<object>();
  const dropped: Lease[] = [];

  const run = (owned: OwnedCall): OwnedCall => {
    const { lease, signal } = owned.held;
    const done = persevere(parts, owned)
      .then(
        () => void (isFinal(owned.call.state) && parts.onOver(owned.call)),
        (error: unknown) => {
          if (!(error instanceof DroppedCall)) {
            // Its lease runs out, and whoever takes it over begins where it stands.
            owned.logger.error({ err: error }, 'the call could not be carried out to its end');
            return;
          }
          owned.logger.info({ why: error.message }, 'a call was let go of');
          if (!signal.aborted) dropped.push(lease);
        },
      )
      .finally(() => {
        leases.forget(lease);
        owned.leave();
        running.delete(owned);
      });
    running.set(owned, done);
    return owned;
  };
  const room = (): number => {
    const busy = [...running.keys()].filter(({ call }) => call.answeredAt === null && !isFinal(call.state));
    return Math.max(0, maxCalls - busy.length - reserved.size);
  };
  const takingOver = startTakingOver({
    ...parts,
    room,
    // Its rooms are not known either: LiveKit closes them in the end.
    giveUp: (lease) => endNarrowly({ ...parts, emptyRoom: async () => undefined }, lease),
    onTaken: (call, lease, askedAt) => void run(new OwnedCall(parts, leases.hold(lease, askedAt), call, false)),
  });

  return {
    reserve() {
      if (room() === 0) return undefined;
      const place: Place = {
        carryOut({ call, lease, askedAt, credential }) {
          place.giveUp();
          const owned = new OwnedCall(parts, leases.hold(lease, askedAt), call, true);
          owned.credential = credential;
          return run(owned);
        },
        giveUp: () => void reserved.delete(place),
      };
      reserved.add(place);
      return place;
    },
    look(callId) {
      for (const owned of running.keys()) if (owned.call.id === callId) owned.pace.wake();
    },
    async settle(graceMs) {
      await takingOver.stop();
      for (const owned of running.keys()) owned.pace.retire();
      let patience: NodeJS.Timeout | undefined;
      const outOfPatience = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.all(running.values()), outOfPatience]);
      clearTimeout(patience);
      dropped.push(...[...running.keys()].map(({ held }) => held.lease));
      leases.stop();
      await calls.release(dropped).catch((error: unknown) => {
        logger.warn({ err: error }, 'leases could not be given up: they run out by themselves');
      });
    },
  };
}
