import { setTimeout as sleep } from 'node:timers/promises';

import type { Answer, HttpRequest, Serve } from './http-message.ts';
import { twirpError } from './twirp.ts';

/**
 * - `delay`: the request is served `delayMs` later.
 * - `reset_before`: the connection is reset, and the request is not served.
 * - `reset_after`: the request is served, and the connection reset instead of the reply: a lost reply.
 * - `unavailable`: 503, and the request is not served.
 * - `replay`: the request is served twice at once, and the second reply given.
 * - `black_hole`: the request is not served, and no reply ever comes.
 */
export const FAULT_KINDS = ['delay', 'reset_before', 'reset_after', 'unavailable', 'replay', 'black_hole'] as const;

export interface Fault {
  readonly kind: (typeof FAULT_KINDS)[number];
  /** 0 to 1, of the requests whose path fits. */
  readonly probability: number;
  /** A part of the path, for example `CreateSIPParticipant`; every path when unset. */
  readonly path?: string;
  /** The same seed and the same order of requests, the same faults; 1 when unset. */
  readonly seed?: number;
  /** In milliseconds; for `delay` alone. */
  readonly delayMs?: number;
}

/** What the HTTP hop does wrong. */
export interface FaultyHop {
  /** Replaces all faults; their draws begin anew. Requests under way keep theirs. */
  set(faults: readonly Fault[]): void;
  list(): readonly Fault[];
  /** Serves a request, or spoils it. Every fault draws; delays add up, of the others the first one drawn is done. */
  serve(request: HttpRequest, serve: Serve): Promise<Answer>;
}

export function createFaultyHop(stopped: AbortSignal): FaultyHop {
  let faults: { fault: Fault; draw: () => number }[] = [];
  return {
    set(next) {
      faults = next.map((fault) => ({ fault, draw: seededRandom(fault.seed ?? 1) }));
    },
    list: () => faults.map(({ fault }) => fault),
    async serve(request, serve) {
      const drawn = faults
        .filter(({ fault }) => request.path.includes(fault.path ?? ''))
        .filter(({ fault, draw }) => draw() < fault.probability)
        .map(({ fault }) => fault);
      const delays = drawn.filter(({ kind }) => kind === 'delay');
      const delayMs = delays.reduce((sum, { delayMs = 0 }) => sum + delayMs, 0);
      if (delayMs > 0) await sleep(delayMs, undefined, { signal: stopped });
      switch (drawn.find(({ kind }) => kind !== 'delay')?.kind) {
        case 'reset_before':
          return 'reset';
        case 'unavailable':
          return twirpError('unavailable', 'no response from servers');
        case 'black_hole':
          return 'never';
        case 'reset_after': {
          const answer = await serve(request);
          return answer === 'never' ? answer : 'reset';
        }
        case 'replay':
          serve(request).catch(() => {});
          return serve(request);
        default:
          return serve(request);
      }
    },
  };
}

/** Mulberry32: 0 ≤ x < 1. */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
