import type { Call } from '@dialplane/calls';

export type Moment = 'permit' | 'answer';

/** When the permit was granted and the callee answered, by `performance.now()`; or as late as it can have been. */
export interface Moments {
  /** Takes what is not known yet from a call that was read; `readAt`: before the database was asked. */
  learn(call: Call, readAt: number): void;
  has(moment: Moment): boolean;
  /** It was just now, at the latest. */
  set(moment: Moment): void;
  /** For how long it has been, at least; in milliseconds. */
  elapsedMs(moment: Moment): number;
}

export function createMoments(): Moments {
  const moments = new Map<Moment, number>();
  return {
    learn({ permit, answeredAt, updatedAt }, readAt) {
      // Differences of the database's clock alone count, so that it does not matter how wrong this process's is.
      const since = (at: Date): number => readAt - Math.max(0, updatedAt.getTime() - at.getTime());
      if (permit !== null && !moments.has('permit')) moments.set('permit', since(permit.grantedAt));
      if (answeredAt !== null && !moments.has('answer')) moments.set('answer', since(answeredAt));
    },
    has: (moment) => moments.has(moment),
    set: (moment) => void moments.set(moment, performance.now()),
    elapsedMs: (moment) => {
      const now = performance.now();
      return now - (moments.get(moment) ?? now);
    },
  };
}
