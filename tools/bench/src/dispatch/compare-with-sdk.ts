import { randomUUID } from 'node:crypto';

import type { LiveKitServer } from '@dialplane/real-parts';
import { AgentDispatchClient, RoomAgentDispatch, RoomServiceClient } from 'livekit-server-sdk';

import { percentile } from '../report/statistics.ts';
import { timed } from './accepted-vs-parts.ts';
import { inParallel } from './in-parallel.ts';
import type { DispatchCase } from './start-dispatch-case.ts';

/** The same figure of both; milliseconds or calls a second. */
export interface SdkPair {
  readonly dispatch: number;
  readonly sdk: number;
}

/** Nobody registers under it: what is compared ends when the agent has been asked for. */
const AGENT_NAME = 'bench-nobody';

export interface SdkComparison {
  latencies(pairs: number, turns: number): Promise<readonly SdkPair[]>;
  throughputs(pairs: number, calls: number, concurrency: number): Promise<readonly SdkPair[]>;
}

/**
 * Dispatch that answers when the room is ready, beside the SDK's own createRoom with an agent and listDispatch, against
 * the same real server. Both take turns; between the turns the rooms are deleted and the calls come to their ends.
 */
export async function compareWithSdk(
  bench: DispatchCase,
  server: LiveKitServer,
  onProgress: (line: string) => void,
): Promise<SdkComparison> {
  const number = await bench.addNumber({ ...server, agentName: AGENT_NAME });
  await bench.settle();
  const options = { failover: false };
  const rooms = new RoomServiceClient(server.url, server.apiKey, server.apiSecret, options);
  const dispatches = new AgentDispatchClient(server.url, server.apiKey, server.apiSecret, options);

  const ask = async (): Promise<string> => {
    const name = `bench-${randomUUID()}`;
    const agent = new RoomAgentDispatch({ agentName: AGENT_NAME, metadata: '{"campaign":"spring"}' });
    await rooms.createRoom({ name, emptyTimeout: 3_900, agents: [agent] });
    await dispatches.listDispatch(name);
    return name;
  };
  const dispatch = async (): Promise<string> => (await bench.dispatch({ fromNumber: number })).callLogId;
  const end = async (callIds: readonly string[]): Promise<void> => {
    for (const callId of callIds) await bench.cancel(callId);
    await bench.untilOver();
  };
  const remove = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await rooms.deleteRoom(name);
  };

  return {
    async latencies(pairs, turns) {
      const found: SdkPair[] = [];
      // The first one warms up.
      for (let pair = -1; pair < pairs; pair++) {
        const ofDispatch: number[] = [];
        const ofSdk: number[] = [];
        for (let turn = 0; turn < turns; turn++) {
          let callId = '';
          ofDispatch.push(await timed(async () => (callId = await dispatch())));
          await end([callId]);
          let name = '';
          ofSdk.push(await timed(async () => (name = await ask())));
          await remove([name]);
        }
        const one = { dispatch: percentile(ofDispatch, 50), sdk: percentile(ofSdk, 50) };
        if (pair < 0) continue;
        onProgress(`  at 1: Dispatch ${one.dispatch.toFixed(2)} ms, SDK ${one.sdk.toFixed(2)} ms`);
        found.push(one);
      }
      return found;
    },
    async throughputs(pairs, calls, concurrency) {
      const found: SdkPair[] = [];
      for (let pair = -1; pair < pairs; pair++) {
        const ids: string[] = [];
        const names: string[] = [];
        const dispatchFirst = pair % 2 === 0;
        const burstOfDispatch = async (): Promise<number> => {
          const ms = await timed(() => inParallel(calls, concurrency, async () => ids.push(await dispatch())));
          await end(ids);
          return (calls / ms) * 1_000;
        };
        const burstOfSdk = async (): Promise<number> => {
          const ms = await timed(() => inParallel(calls, concurrency, async () => names.push(await ask())));
          await remove(names);
          return (calls / ms) * 1_000;
        };
        const first = await (dispatchFirst ? burstOfDispatch() : burstOfSdk());
        const second = await (dispatchFirst ? burstOfSdk() : burstOfDispatch());
        const one = dispatchFirst ? { dispatch: first, sdk: second } : { dispatch: second, sdk: first };
        if (pair < 0) continue;
        onProgress(`  at ${concurrency}: Dispatch ${one.dispatch.toFixed(0)}/s, SDK ${one.sdk.toFixed(0)}/s`);
        found.push(one);
      }
      return found;
    },
  };
}
