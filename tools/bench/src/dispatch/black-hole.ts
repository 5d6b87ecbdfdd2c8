import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startTcpProxy } from '@dialplane/chaos';
import type { LiveKitServer } from '@dialplane/real-parts';

import { percentile } from '../report/statistics.ts';
import type { Stoppable } from '../stoppable.ts';
import { timed } from './accepted-vs-parts.ts';
import type { DispatchCase } from './start-dispatch-case.ts';

export interface BlackHoleFigures {
  /** p99 of the other configs, in milliseconds, while one is black-holed and while none is. */
  readonly pairs: readonly { readonly withMs: number; readonly withoutMs: number }[];
  /** How many requests to create a room the black hole swallowed in a row before its breaker was open. */
  readonly failuresToOpen: number;
  /** How many of as many calls again still reached it. */
  readonly reachedAfterwards: number;
}

const CONFIGS = 20;
const FAILURES_TO_OPEN = 5;
const AGENT_NAME = 'bench-nobody';

/**
 * Twenty configs, each an origin of its own: nineteen by ports that lead to two real servers, and one that takes
 * requests and never answers. Calls go to all of them at a fixed rate; the p99 of the nineteen is compared with that
 * of the same rate without a call to the twentieth's place being swallowed.
 */
export async function measureBlackHole(
  bench: DispatchCase,
  servers: readonly LiveKitServer[],
  how: { readonly pairs: number; readonly seconds: number; readonly callsPerSecond: number },
  keep: (part: Stoppable) => void,
  onProgress: (line: string) => void,
): Promise<BlackHoleFigures> {
  const key = { apiKey: servers[0]?.apiKey ?? '', apiSecret: servers[0]?.apiSecret ?? '' };
  const numbers: string[] = [];
  for (let n = 0; n < CONFIGS; n++) {
    const server = servers[n % servers.length] as LiveKitServer;
    const proxy = await startTcpProxy({ targets: [Number(new URL(server.url).port)] });
    keep({ stop: proxy.close });
    numbers.push(await bench.addNumber({ ...key, url: `http://127.0.0.1:${proxy.port}`, agentName: AGENT_NAME }));
  }
  const hole = await startBlackHole();
  keep(hole);
  const swallowed = await bench.addNumber({ ...key, url: hole.url, agentName: AGENT_NAME });
  await bench.settle();
  const healthy = numbers.slice(0, CONFIGS - 1);
  const last = numbers.at(-1) as string;

  const askHole = (): Promise<unknown> => bench.dispatch({ fromNumber: swallowed }).catch(() => undefined);
  // One after the other, so that a failure is counted before the next is sent.
  for (let n = 0; n < FAILURES_TO_OPEN; n++) await askHole();
  const failuresToOpen = hole.rooms();
  for (let n = 0; n < FAILURES_TO_OPEN; n++) await askHole();
  const reachedAfterwards = hole.rooms() - failuresToOpen;
  onProgress(`  the black hole got ${failuresToOpen} calls, and ${reachedAfterwards} of ${FAILURES_TO_OPEN} more`);

  async function p99(twentieth: string): Promise<number> {
    const times: number[] = [];
    const calls: Promise<unknown>[] = [];
    const start = performance.now();
    for (let n = 0; n < how.seconds * how.callsPerSecond; n++) {
      const due = start + (n / how.callsPerSecond) * 1_000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      const fromNumber = n % CONFIGS === CONFIGS - 1 ? twentieth : (healthy[n % CONFIGS] as string);
      const call = timed(async () => {
        const { callLogId } = await bench.dispatch({ fromNumber });
        // Ended a little later, so that nobody looks for its agent for long.
        setTimeout(() => void bench.cancel(callLogId).catch(() => undefined), 200);
      });
      calls.push(call.then((ms) => (fromNumber === twentieth ? 0 : times.push(ms))).catch(() => undefined));
    }
    await Promise.all(calls);
    await bench.untilOver();
    return percentile(times, 99);
  }

  const pairs = [];
  for (let pair = -1; pair < how.pairs; pair++) {
    const holeFirst = pair % 2 === 0;
    const first = await p99(holeFirst ? swallowed : last);
    const second = await p99(holeFirst ? last : swallowed);
    const one = holeFirst ? { withMs: first, withoutMs: second } : { withMs: second, withoutMs: first };
    if (pair < 0) continue;
    onProgress(`  p99 with a black hole ${one.withMs.toFixed(1)} ms, without ${one.withoutMs.toFixed(1)} ms`);
    pairs.push(one);
  }
  return { pairs, failuresToOpen, reachedAfterwards };
}

/** Takes every request and never answers; counts those that would create a room. */
async function startBlackHole(): Promise<{ readonly url: string; rooms(): number; stop(): Promise<void> }> {
  let rooms = 0;
  const server = createServer((request) => {
    request.resume();
    if (request.url?.endsWith('/CreateRoom') === true) rooms += 1;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rooms: () => rooms,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
