import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

interface State {
  readonly watching: boolean;
  readonly maxMs?: number;
}

const LOOK_EVERY_MS = 5;
const GIVE_UP_AFTER_MS = 60_000;

/**
 * The largest pause of a server's event loop while `work` is done, in milliseconds. The server must have the probe
 * loaded, and write into the file.
 */
export async function largestPauseDuring(pid: number, file: string, work: () => Promise<void>): Promise<number> {
  await signal(pid, file, (state) => state.watching);
  await work();
  const { maxMs } = await signal(pid, file, (state) => !state.watching);
  if (maxMs === undefined) throw new Error('The event loop was not watched.');
  return maxMs;
}

async function signal(pid: number, file: string, isDone: (state: State) => boolean): Promise<State> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let waited = 0; waited < GIVE_UP_AFTER_MS; waited += LOOK_EVERY_MS) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined && isDone(JSON.parse(text) as State)) return JSON.parse(text) as State;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error(`Process ${pid} does not answer SIGUSR2: it has no probe.`);
}
