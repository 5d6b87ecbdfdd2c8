import { setTimeout as sleep } from 'node:timers/promises';

import type { ServiceError } from '@grpc/grpc-js';

import { isAway } from './is-away.ts';

export interface PatientOptions {
  /** How long the dispatcher may be away; 0: not at all. */
  readonly patienceMs: number;
  readonly retryMs: number;
  /** Called once, when it is away. */
  readonly onAway: () => void;
  readonly signal: AbortSignal;
}

/** Asks until the dispatcher answers. Throws grpc-js's ServiceError when it refuses, or patience is over. */
export async function untilThere<Reply>(
  ask: () => Promise<Reply>,
  { patienceMs, retryMs, onAway, signal }: PatientOptions,
): Promise<Reply> {
  const end = Date.now() + patienceMs;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!isAway(error as ServiceError) || Date.now() >= end) throw error;
      if (isFirst) onAway();
    }
    await sleep(retryMs, undefined, { signal });
  }
}
