import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findViolations } from './checker/find-violations.ts';
import type { Violations } from './checker/find-violations.ts';
import { readEvidence } from './checker/read-evidence.ts';
import { countOutcomes } from './count-outcomes.ts';
import type { OutcomeCount } from './count-outcomes.ts';
import { createDispatchStream } from './dispatch-stream.ts';
import type { DispatchTally } from './dispatch-stream.ts';
import { createFaults, planFaults } from './faults.ts';
import type { Fault } from './faults.ts';
import { createRequests } from './parts/requests.ts';
import { startStage } from './parts/start-stage.ts';
import type { Stage } from './parts/start-stage.ts';
import { createRandom, seedOf } from './random.ts';
import { runFaults } from './run-faults.ts';
import { untilOver } from './until-over.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** How often a dispatcher is killed by kill -9. */
  readonly kills: number;
  /** How often each other fault comes; in proportion to `kills`, when unset. */
  readonly faults?: Partial<Record<Fault, number>>;
  /** How many share the calls; two at the least, for one to take over from another. */
  readonly dispatchers: number;
  /** How many calls are placed at the least. */
  readonly calls: number;
  readonly everyMs: number;
  readonly callsPerSecond: number;
  readonly talkMs: number;
  /** The last two digits of every callee; drawn for each, when unset. */
  readonly callee?: string;
  readonly realAgents: boolean;
  readonly logFolder: string;
  /** Takes a protection away, in the dispatchers and in the database. */
  readonly sabotage?: { readonly preload: string; readonly inDatabase?: (stage: Stage) => Promise<void> };
  /** How long calls may take to end after the chaos, in milliseconds. */
  readonly settleMs: number;
  readonly onProgress: (line: string) => void;
  /** Is told when nothing is broken any more and the calls come to their ends. */
  readonly onSettling?: () => void;
}

export interface ChaosResult {
  readonly violations: Violations;
  readonly tally: DispatchTally;
  readonly faults: Readonly<Record<Fault, number>>;
  readonly outcomes: readonly OutcomeCount[];
  /** What dispatchers wrote last that ended without being killed. */
  readonly ownEnds: readonly string[];
  /** How long the calls took to end after the chaos, in milliseconds. */
  readonly settledAfterMs: number;
}

const TENANTS = 2;
/** Shorter than in production, so that more of them run out. */
const LEASE_MS = 4_000;
const FREEZE_MS = [LEASE_MS * 1.75, LEASE_MS * 2.5] as const;
/** For calls to be under way when the first fault comes. */
const LEAD_MS = 5_000;
/** For rooms to be deleted and processes that have lost their calls to notice it. */
const AFTERMATH_MS = 3_000;

/** Places calls while everything breaks, waits until they are over, and looks at what is left. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, kills, onProgress, sabotage } = options;
  const stage = await startStage({
    seed,
    dispatchers: options.dispatchers,
    tenants: TENANTS,
    realAgents: options.realAgents,
    talkMs: options.talkMs,
    leaseMs: LEASE_MS,
    logFolder: options.logFolder,
    ...(sabotage && { preload: sabotage.preload }),
  });
  try {
    await sabotage?.inDatabase?.(stage);
    spoilTheHop(stage, seed);
    const stream = createDispatchStream({
      random: createRandom(seedOf(seed, 'callers')),
      clients: stage.clients,
      requestOf: createRequests(seed, stage.tenants, { realAgents: options.realAgents, callee: options.callee }),
      callsPerSecond: options.callsPerSecond,
    });
    const chaos = new AbortController();
    const calling = stream.run(options.calls, chaos.signal);
    const random = createRandom(seedOf(seed, 'faults'));
    const plan = planFaults({ kill: kills, ...options.faults }, random);
    onProgress(`${plan.length} faults, and calls from now on`);
    await sleep(LEAD_MS);
    const breakOne = createFaults({ ...stage, liveKitNodes: stage.cluster.nodes, freezeMs: FREEZE_MS }, random);
    const faults = await runFaults({ plan, breakOne, random, everyMs: options.everyMs, onFault: onProgress });
    chaos.abort();
    await calling;
    for (const simulator of stage.simulators) simulator.setFaults([]);
    onProgress(`${stream.tally.placed} calls placed; nothing is broken any more`);
    options.onSettling?.();
    const settledAfterMs = await untilOver(stage, options.settleMs, onProgress);
    await sleep(AFTERMATH_MS);
    const evidence = await readEvidence({
      sql: stage.sql,
      schema: stage.schema,
      answers: stream.tally.answers,
      agents: stage.agents.entries,
      ringFiles: stage.ringFiles,
      calleesOnTheLine: stage.simulators.flatMap((simulator) => simulator.dials().map(({ room }) => room)),
      onSuspect: onProgress,
      liveKit: stage.cluster.nodes.map(({ url }) => ({ url, ...stage.cluster.key })),
    });
    // Whoever is gone is found to be so.
    for (const dispatcher of stage.dispatchers) dispatcher.thaw();
    const ownEnds = stage.dispatchers.flatMap((dispatcher) => dispatcher.ownEnds);
    const failures = Object.fromEntries(stream.tally.failures);
    const kept = { ...evidence, ownEnds, tally: { ...stream.tally, failures }, agents: stage.agents.entries };
    await writeFile(join(options.logFolder, 'evidence.json'), JSON.stringify(kept, undefined, 1));
    const outcomes = countOutcomes(evidence.calls);
    return { violations: findViolations(evidence), tally: stream.tally, faults, outcomes, settledAfterMs, ownEnds };
  } finally {
    await stage.stop();
  }
}

/** What the way to LiveKit does wrong, all the time. A dial that is sent twice on the way rings twice: no dial is. */
function spoilTheHop({ simulators }: Stage, seed: number): void {
  for (const [n, simulator] of simulators.entries()) {
    simulator.setFaults([
      { kind: 'delay', probability: 0.05, delayMs: 400, seed: seed + n },
      { kind: 'reset_before', probability: 0.01, seed: seed + n + 100 },
      { kind: 'reset_after', probability: 0.02, seed: seed + n + 200 },
      { kind: 'unavailable', probability: 0.01, seed: seed + n + 300 },
      { kind: 'black_hole', probability: 0.005, seed: seed + n + 400 },
      { kind: 'replay', probability: 0.02, path: 'RoomService', seed: seed + n + 500 },
    ]);
  }
}
