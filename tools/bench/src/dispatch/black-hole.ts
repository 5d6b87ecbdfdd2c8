import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { startTcpProxy } from '@dialplane/chaos';
import type { LiveKitServer } from '@dialplane/real-parts';

import { percentile } from '../report/statistics.ts';
import type { Stoppable } from '../stoppable.ts';
import { timed } from './accepted-vs-parts.ts';
import type { DispatchCase, LiveKitConfig } from './start-dispatch-case.ts';

export interface BlackHoleFigures {
  /** p99 of the other configs, in milliseconds, while one is black-holed and while none is. */
  readonly pairs: readonly { readonly withMs: number; readonly withoutMs: number }[];
  /** How many calls a black hole got before its breaker was open, of more that could go elsewhere, too. */
  readonly swallowed: number;
}

const CONFIGS = 20;
/** As many in a row open a breaker. */
const FAILURES_TO_OPEN = 5;
const CALLS_AFTERWARDS = 10;
const END_AFTER_MS = 200;
const AGENT_NAME = 'bench-nobody';

/**
 * Twenty configs, each an origin of its own by ports that lead to two real servers. Calls go to all of them at a fixed
 * rate; the p99 of nineteen is compared with theirs while the twentieth takes requests and never answers. Each time it
 * is a new black hole, so that the time before its breaker opens is in the figure.
 */
export async function measureBlackHole(
  bench: DispatchCase,
  servers: readonly LiveKitServer[],
  how: { readonly pairs: number; readonly seconds: number; readonly callsPerSecond: number },
  keep: (part: Stoppable) => void,
  onProgress: (line: string) => void,
): Promise<BlackHoleFigures> {
  const key = { apiKey: servers[0]?.apiKey ?? '', apiSecret: servers[0]?.apiSecret ?? '' };
  const configs: LiveKitConfig[] = [];
  const numbers: string[] = [];
  for (let n = 0; n < CONFIGS; n++) {
    const server = servers[n % servers.length] as LiveKitServer;
    const proxy = await startTcpProxy({ targets: [Number(new URL(server.url).port)] });
    keep({ stop: proxy.close });
    const config = { ...key, url: `http://127.0.0.1:${proxy.port}`, agentName: AGENT_NAME };
    configs.push(config);
    numbers.push(await bench.addNumber(config));
  }
  await bench.settle();
  const [elsewhere] = configs;
  if (elsewhere === undefined) throw new Error('There is no server.');

  /** A black hole that no breaker knows yet, and a number that is called through it first. */
  async function addHole() {
    const hole = await startBlackHole();
    keep(hole);
    const number = await bench.addNumber({ ...elsewhere, url: hole.url } as LiveKitConfig, elsewhere as LiveKitConfig);
    await bench.settle();
    return { hole, number };
  }
  async function place(fromNumber: string): Promise<void> {
    const { callLogId } = await bench.dispatch({ fromNumber });
    // Ended a little later, so that nobody looks for its agent for long.
    setTimeout(() => void bench.cancel(callLogId).catch(() => undefined), END_AFTER_MS);
  }

  const { hole, number } = await addHole();
  await Promise.all(Array.from({ length: FAILURES_TO_OPEN - 1 }, () => place(number)));
  // One failure is missing: this one reaches it, too, and those after it do not.
  await place(number);
  for (let n = 0; n < CALLS_AFTERWARDS; n++) await place(number);
  const swallowed = hole.rooms();
  onProgress(`  of ${FAILURES_TO_OPEN + CALLS_AFTERWARDS} calls the black hole got ${swallowed}`);

  async function p99(twentieth: string): Promise<number> {
    const times: number[] = [];
    const calls: Promise<unknown>[] = [];
    const start = performance.now();
    for (let n = 0; n < how.seconds * how.callsPerSecond; n++) {
      const due = start + (n / how.callsPerSecond) * 1_000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      const isTwentieth = n % CONFIGS === CONFIGS - 1;
      const call = timed(() => place(isTwentieth ? twentieth : (numbers[n % CONFIGS] as string)));
      calls.push(isTwentieth ? call : call.then((ms) => times.push(ms)));
    }
    await Promise.all(calls);
    await bench.untilOver();
    return percentile(times, 99);
  }

  const healthy = numbers[CONFIGS - 1] as string;
  const pairs = [];
  for (let pair = 0; pair < how.pairs; pair++) {
    const withHole = async (): Promise<number> => p99((await addHole()).number);
    const withoutHole = (): Promise<number> => p99(healthy);
    const holeFirst = pair % 2 === 0;
    const first = await (holeFirst ? withHole() : withoutHole());
    const second = await (holeFirst ? withoutHole() : withHole());
    const one = holeFirst ? { withMs: first, withoutMs: second } : { withMs: second, withoutMs: first };
    onProgress(`  p99 with a black hole ${one.withMs.toFixed(1)} ms, without ${one.withoutMs.toFixed(1)} ms`);
    pairs.push(one);
  }
  return { pairs, swallowed };
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
