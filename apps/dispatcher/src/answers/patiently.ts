import type { CallContext } from '@dialplane/grpc';

import { ANSWER_RESERVE_MS } from './answer-reserve.ts';

/**
 * Waits for work that goes on by itself, but no longer than the caller waits for the answer; undefined when it is
 * not done by then.
 */
export async function patiently<T>(work: Promise<T>, { deadline }: CallContext): Promise<T | undefined> {
  if (deadline === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, deadline.getTime() - ANSWER_RESERVE_MS - Date.now()));
  });
  return Promise.race([work, outOfTime]).finally(() => clearTimeout(timer));
}
