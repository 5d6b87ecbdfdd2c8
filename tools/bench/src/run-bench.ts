import { measureDecisions, measureMemory } from './measure/measure-in-process.ts';
import type { MemoryFigures } from './measure/measure-in-process.ts';
import { measureServers } from './measure/measure-servers.ts';
import type { Measured } from './measured.ts';
import type { Part } from './parts.ts';
import { readMachine } from './read-machine.ts';
import type { Mode } from './settings.ts';
import { SETTINGS } from './settings.ts';
import type { Stoppable } from './stoppable.ts';

export interface RunOptions {
  readonly mode: Mode;
  readonly parts: ReadonlySet<Part>;
  readonly onProgress: (line: string) => void;
  /** Is given what is started, to be stopped in reverse, also when the run is broken off. */
  readonly keep: (part: Stoppable) => void;
}

/** Measures everything that was asked for. Throws when a single request gets anything but a route. */
export async function runBench({ mode, parts, onProgress, keep }: RunOptions): Promise<Measured> {
  const began = performance.now();
  const takenAt = new Date();
  const settings = SETTINGS[mode];
  const wantsServers = parts.has('rates') || parts.has('latency') || parts.has('changes');
  const ofServers = wantsServers ? await measureServers(settings, parts, onProgress, keep) : undefined;

  const decisions = { atMost: [] as number[], atFew: [] as number[] };
  if (parts.has('decide')) {
    onProgress('Deciding in process');
    const { sizes, decideRepetitions, decideSeconds } = settings;
    const decide = (numbers = 0) => measureDecisions(numbers, decideRepetitions, decideSeconds);
    decisions.atMost = await decide(sizes.at(-1));
    decisions.atFew = await decide(sizes[0]);
  }
  const memory: MemoryFigures[] = [];
  for (const numbers of parts.has('memory') ? settings.memoryNumbers : []) {
    onProgress(`Memory of ${numbers} numbers`);
    memory.push(await measureMemory(numbers));
  }
  return {
    mode,
    settings,
    takenAt,
    seconds: (performance.now() - began) / 1_000,
    machine: ofServers?.machine ?? (await readMachine(undefined)),
    pairs: ofServers?.pairs ?? new Map(),
    latency: ofServers?.latency,
    changes: ofServers?.changes,
    decisionsPerSecond: decisions.atMost,
    decisionsPerSecondAt1k: decisions.atFew,
    memory,
  };
}
