import type { Call } from '@dialplane/calls';

/** What is measured from: the current attempt's beginning, the permit, the answer, and the attempt's being UNKNOWN. */
export type Moment = 'attempt' | 'permit' | 'answer' | 'doubt';

/** When these came, by `performance.now()`; or as late as it can have been. */
export interface Moments {
  /** The permit was granted just now. */
  granted(): void;
  /** The call is known to stand there now: what was not known yet has happened by now, and what is over is forgotten. */
  stands(call: Call): void;
  /**
   * Takes what a stored call says that was read at this moment. Differences of the database's clock alone count, so
   * that it does not matter how wrong this process's is; and what began before this process had the call goes on.
   */
  read(call: Call, readAt: number): void;
  /** For how long it has been so, at least, in milliseconds; 0 before it is. */
  elapsedMs(since: Moment): number;
}

export function createMoments(): Moments {
  const moments = new Map<Moment, number>();
  let number: number | undefined;
  const keep = (what: Moment, moment: number): void => {
    if (!moments.has(what)) moments.set(what, moment);
  };
  const forgetOther = ({ attempts }: Call): void => {
    const attempt = attempts.at(-1);
    if (attempt?.number !== number) moments.delete('attempt');
    if (attempt?.number !== number || attempt?.state !== 'unknown') moments.delete('doubt');
    number = attempt?.number;
  };
  return {
    granted: () => void moments.set('permit', performance.now()),
    stands(call) {
      forgetOther(call);
      keep('attempt', performance.now());
      if (call.answeredAt !== null) keep('answer', performance.now());
      if (call.attempts.at(-1)?.state === 'unknown') keep('doubt', performance.now());
    },
    read(call, readAt) {
      forgetOther(call);
      const { permit, answeredAt, updatedAt } = call;
      const since = (at: Date): number => readAt - Math.max(0, updatedAt.getTime() - at.getTime());
      const attempt = call.attempts.at(-1);
      if (attempt !== undefined) keep('attempt', since(attempt.begunAt));
      if (attempt?.state === 'unknown') keep('doubt', since(attempt.movedAt));
      if (permit !== null) keep('permit', since(permit.grantedAt));
      if (answeredAt !== null) keep('answer', since(answeredAt));
    },
    elapsedMs(since) {
      const moment = moments.get(since);
      return moment === undefined ? 0 : performance.now() - moment;
    },
  };
}
