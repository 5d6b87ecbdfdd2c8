import type { Call } from '@dialplane/calls';

/** When the permit was granted and the callee answered, by `performance.now()`; or as late as it can have been. */
export interface Moments {
  /** The permit was granted just now. */
  granted(): void;
  /** The callee has answered by now, if it was not known yet. */
  answered(): void;
  /**
   * Takes what a stored call says that was read at this moment. Differences of the database's clock alone count, so
   * that it does not matter how wrong this process's is.
   */
  read(call: Call, readAt: number): void;
  /** For how long it has been so, at least, in milliseconds; 0 before it is. */
  elapsedMs(since: 'permit' | 'answer'): number;
}

export function createMoments(): Moments {
  const moments = new Map<'permit' | 'answer', number>();
  const keep = (what: 'permit' | 'answer', moment: number): void => {
    if (!moments.has(what)) moments.set(what, moment);
  };
  return {
    granted: () => void moments.set('permit', performance.now()),
    answered: () => keep('answer', performance.now()),
    read({ permit, answeredAt, updatedAt }, readAt) {
      const since = (at: Date): number => readAt - Math.max(0, updatedAt.getTime() - at.getTime());
      if (permit !== null) keep('permit', since(permit.grantedAt));
      if (answeredAt !== null) keep('answer', since(answeredAt));
    },
    elapsedMs: (since) => performance.now() - (moments.get(since) ?? performance.now()),
  };
}
