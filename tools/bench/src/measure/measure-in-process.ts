import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { NODE_ENVIRONMENT } from '../servers/start-servers.ts';

export interface MemoryFigures {
  readonly numbers: number;
  readonly bytesPerNumber: number;
  readonly usedBytesPerNumber: number;
  readonly rssBytes: number;
}

/** Rates of `decideRoute` by itself, in a process of its own. */
export async function measureDecisions(numbers: number, repetitions: number, seconds: number): Promise<number[]> {
  return (await runScript('decide-per-second.ts', [], [numbers, repetitions, seconds])) as number[];
}

/** What so many numbers cost in memory, in a process of its own. */
export async function measureMemory(numbers: number): Promise<MemoryFigures> {
  const measured = await runScript('memory-per-number.ts', ['--expose-gc'], [numbers]);
  return { numbers, ...(measured as Omit<MemoryFigures, 'numbers'>) };
}

async function runScript(script: string, flags: string[], args: number[]): Promise<unknown> {
  const all = [...flags, join(import.meta.dirname, script), ...args.map(String)];
  const env = { ...process.env, ...NODE_ENVIRONMENT };
  const { stdout } = await promisify(execFile)(process.execPath, all, { env });
  return JSON.parse(stdout);
}
