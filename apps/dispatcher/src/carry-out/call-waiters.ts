import type { Call } from '@dialplane/calls';

import { hasReached } from '../has-reached.ts';
import type { Milestone } from '../has-reached.ts';

/** Those who wait for a call to come as far as they want. */
export interface CallWaiters {
  /** Resolves to the call once it has come that far; undefined when this process carries it out no longer. */
  until(milestone: Milestone): Promise<Call | undefined>;
  /** The call stands elsewhere now, or was left. */
  tell(): void;
}

/** `left`: aborted when this process carries the call out no longer. */
export function createCallWaiters(current: () => Call, left: AbortSignal): CallWaiters {
  const waiters = new Set<() => void>();
  return {
    until: (milestone) =>
      new Promise((resolve) => {
        const look = (): void => {
          const isThere = hasReached(current(), milestone);
          if (!isThere && !left.aborted) return;
          waiters.delete(look);
          resolve(isThere ? current() : undefined);
        };
        waiters.add(look);
        look();
      }),
    tell() {
      for (const look of [...waiters]) look();
    },
  };
}
