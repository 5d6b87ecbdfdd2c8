import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

import { RouterClient } from '@dialplane/contracts';
import type { RouteCallRequest, RouteCallResponse } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { startApp } from '@dialplane/real-parts';
import type { RunningApp } from '@dialplane/real-parts';
import { parseSnapshotVersion } from '@dialplane/routing';
import { credentials } from '@grpc/grpc-js';

import type { Case } from './case.ts';
import { REQUEST } from './start-router.ts';
import type { Asked } from './start-router.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** What a load has seen so far. */
export interface Load {
  readonly answered: () => number;
  readonly errors: () => readonly unknown[];
  stop(): Promise<void>;
}

/** Asks again and again, so many at a time, until it is stopped. */
export function startLoad(
  routeCall: (change?: Partial<RouteCallRequest>) => Promise<RouteCallResponse>,
  concurrency = 20,
): Load {
  let answered = 0;
  let isStopping = false;
  const errors: unknown[] = [];
  const one = async (): Promise<void> => {
    while (!isStopping) {
      await routeCall().then(
        () => answered++,
        (error: unknown) => errors.push(error),
      );
    }
  };
  const all = Promise.all(Array.from({ length: concurrency }, one));
  return {
    answered: () => answered,
    errors: () => errors,
    stop: async () => {
      isStopping = true;
      await all;
    },
  };
}

/** The trunk that a route takes, as the writer below numbers them. */
const trunkNumber = ({ outcome }: RouteCallResponse): number =>
  outcome?.$case === 'route' ? Number(outcome.value.targets[0]?.sipTrunkId.replace('ST_', '')) : NaN;
const versionOf = ({ outcome }: RouteCallResponse): number =>
  outcome === undefined ? NaN : (parseSnapshotVersion(outcome.value.snapshotVersion)?.version ?? NaN);

/**
 * A writer changes the configuration again and again, and asks the routers in turn about it at once. Returns how
 * many answers were of an older configuration than the one just written.
 */
export async function askBehindAWriter(
  data: Case,
  routers: readonly Asked[],
  { writes, asks, min }: { readonly writes: number; readonly asks: number; readonly min: boolean },
): Promise<{ readonly answers: number; readonly older: number }> {
  let answers = 0;
  let older = 0;
  for (let write = 1; write <= writes; write++) {
    await data.sql('UPDATE $schema.voice_agent_livekit SET trunk_id = $1', [`ST_${write}`]);
    const written = await data.version();
    const asked = Array.from({ length: asks }, (_, index) =>
      routers[index % routers.length]!.routeCall(min ? { minSnapshotVersion: written } : {}),
    );
    for (const answer of await Promise.all(asked)) {
      answers++;
      const isOlder =
        versionOf(answer) < (parseSnapshotVersion(written)?.version ?? NaN) || trunkNumber(answer) < write;
      if (isOlder) older++;
    }
  }
  return { answers, older };
}

export function startRouterProcess(data: Case, env: Record<string, string> = {}): Promise<RunningApp> {
  return startApp({
    name: 'router',
    entry: MAIN,
    env: {
      ...process.env,
      ROUTER_LISTEN: '127.0.0.1:0',
      SNAPSHOT_FILE: 'off',
      DATABASE_URL: data.urls.router,
      DB_SCHEMA: data.schema,
      ...env,
    },
  });
}

/** A call that no router had taken: there was none to connect to any more. */
const isNotTaken = (error: unknown): boolean => /No connection established/.test(String(error));

/**
 * Starts a router and stops it by SIGTERM, again and again, each time with calls of two kinds in flight: many short
 * ones, and some that wait for a version that is written after the router has stopped to listen. Returns the errors
 * of calls that a router had taken.
 */
export async function stopUnderLoad(
  data: Case,
  { times, drainMs }: { readonly times: number; readonly drainMs: number },
): Promise<{ readonly answered: number; readonly errors: readonly unknown[] }> {
  let answered = 0;
  const errors: unknown[] = [];
  for (let time = 0; time < times; time++) {
    const router = await startRouterProcess(data, { DRAIN_MS: String(drainMs) });
    const client = new RouterClient(router.address, credentials.createInsecure());
    const routeCall = (change: Partial<RouteCallRequest> = {}) =>
      callUnary(client.routeCall.bind(client), { ...REQUEST, ...change });
    await routeCall();
    const [epoch, version] = (await data.version()).split('.');
    const next = `${epoch}.${Number(version) + 1}`;
    const load = startLoad(routeCall);
    const waiting = Promise.allSettled(Array.from({ length: 20 }, () => routeCall({ minSnapshotVersion: next })));
    while (load.answered() < 100) await new Promise((resolve) => setTimeout(resolve, 1));
    const stopped = router.stop();
    while (await isListening(router.address)) await new Promise((resolve) => setTimeout(resolve, 1));
    await data.sql('UPDATE $schema.voice_agent_livekit SET trunk_id = $1', [`ST_${time}`]);
    for (const call of await waiting) {
      if (call.status === 'fulfilled') answered++;
      else errors.push(call.reason);
    }
    await load.stop();
    answered += load.answered();
    errors.push(...load.errors().filter((error) => !isNotTaken(error)));
    client.close();
    await stopped;
  }
  return { answered, errors };
}

function isListening(address: string): Promise<boolean> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
