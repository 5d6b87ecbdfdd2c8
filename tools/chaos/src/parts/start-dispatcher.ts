import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startGuardedProcess } from '@dialplane/real-parts';
import type { RunningProcess } from '@dialplane/real-parts';

import { createKillable } from './killable.ts';
import type { Killable } from './killable.ts';

export interface DispatcherPlace {
  readonly name: string;
  /** Ports of 127.0.0.1, the same in every life. */
  readonly ports: { readonly dispatcher: number; readonly agentCalls: number; readonly webhooks: number };
  /** The database as this dispatcher reaches it, without the name of the writer. */
  readonly databaseUrl: string;
  readonly env: Readonly<Record<string, string>>;
  /** A module that is loaded before the dispatcher, to take a protection away. */
  readonly preload?: string;
  /** Where what it wrote is kept. */
  readonly logFolder: string;
}

const ENTRY = fileURLToPath(new URL('../../../../apps/dispatcher/src/main.ts', import.meta.url));
const LISTENING = '"msg":"dispatcher is listening"';

/** A dispatcher in a process of its own. Its connections to the database bear its name and which of its lives it is. */
export function createDispatcher(place: DispatcherPlace): Killable {
  const { name, ports, preload, logFolder } = place;
  const log = (text: string): void => appendFileSync(join(logFolder, `${name}.log`), text);
  return createKillable(name, async (life) => {
    const url = new URL(place.databaseUrl);
    url.searchParams.set('application_name', `${name}-${life}`);
    const begin = (): Promise<RunningProcess> =>
      startGuardedProcess({
        name,
        command: process.execPath,
        args: () => [...(preload === undefined ? [] : ['--import', preload]), ENTRY],
        env: {
          ...process.env,
          ...place.env,
          DATABASE_URL: url.href,
          DISPATCHER_LISTEN: `127.0.0.1:${ports.dispatcher}`,
          AGENT_CALLS_LISTEN: `127.0.0.1:${ports.agentCalls}`,
          WEBHOOK_LISTEN: `127.0.0.1:${ports.webhooks}`,
        },
        isReady: async (started) => started.output().includes(LISTENING),
      });
    const running = await persistently(begin, (error) => log(`--- life ${life} did not begin: ${String(error)}\n`));
    return {
      pid: running.pid,
      output: running.output,
      stop: async () => {
        await running.stop();
        log(`--- life ${life}\n${running.output()}`);
      },
    };
  });
}

const START_WITHIN_MS = 90_000;
const AGAIN_AFTER_MS = 300;

/** As whatever watches over it would: a dispatcher does not start while its database is away. */
async function persistently<T>(begin: () => Promise<T>, onFailure: (error: unknown) => void): Promise<T> {
  for (const until = Date.now() + START_WITHIN_MS; ;) {
    try {
      return await begin();
    } catch (error) {
      onFailure(error);
      if (Date.now() > until) throw error;
      await sleep(AGAIN_AFTER_MS);
    }
  }
}
