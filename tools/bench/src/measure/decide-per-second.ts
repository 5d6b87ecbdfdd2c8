/**
 * How many routes a second `decideRoute` decides in one process on one core: a million numbers, all policies on, no
 * trace, each request to another callee. Prints a JSON array of the rates of its repetitions.
 * Usage: decide-per-second.ts <numbers> <repetitions> <seconds each>
 */
import { decideRoute, readRouteRequest } from '@dialplane/routing';
import type { RouteRequest } from '@dialplane/routing';

import { buildSnapshot } from '../fleet/build-snapshot.ts';
import { requestOf } from '../fleet/write-requests.ts';

/** Requests made beforehand, at most; when one is met again, a great many other numbers have been looked up. */
const MOST_REQUESTS = 400_000;
/** How often the clock is looked at, in decisions. */
const SLICE = 1_000;

const [numbers = 0, repetitions = 0, seconds = 0] = process.argv.slice(2).map(Number);
const REQUESTS = Math.min(MOST_REQUESTS, 10 * numbers);
const view = buildSnapshot(numbers);
const requests = Array.from({ length: REQUESTS }, (_, n) => read(n));
let next = 0;

function read(n: number): RouteRequest {
  const reading = readRouteRequest(requestOf(n, numbers));
  if (reading.kind === 'malformed') throw new Error(JSON.stringify(reading.problems));
  return reading.request;
}

function decideFor(milliseconds: number): number {
  const now = Date.now();
  const start = performance.now();
  let decided = 0;
  let passed = 0;
  for (; passed < milliseconds; passed = performance.now() - start) {
    for (let n = 0; n < SLICE; n++) {
      const request = requests[next] as RouteRequest;
      next = next + 1 === REQUESTS ? 0 : next + 1;
      const decision = decideRoute(view, request, { now, environmentFallback: undefined });
      if (decision.kind !== 'routed') throw new Error(`A request was not routed: ${JSON.stringify(decision)}`);
    }
    decided += SLICE;
  }
  return decided / (passed / 1_000);
}

// Every request once: all code is compiled and all rules are read before the clock counts.
while (next < REQUESTS - SLICE) decideFor(1);
console.log(JSON.stringify(Array.from({ length: repetitions }, () => decideFor(seconds * 1_000))));
