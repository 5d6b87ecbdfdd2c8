import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { callUnary } from '@dialplane/grpc';

import { countOutcomes } from '../count-outcomes.ts';
import type { OutcomeCount } from '../count-outcomes.ts';
import { findViolations } from '../checker/find-violations.ts';
import type { Violations } from '../checker/find-violations.ts';
import { readEvidence } from '../checker/read-evidence.ts';
import { createRequests } from '../parts/requests.ts';
import { startStage } from '../parts/start-stage.ts';
import type { Stage } from '../parts/start-stage.ts';
import { untilOver } from '../until-over.ts';
import { STOP_POINTS } from './stop-points.ts';
import type { StopPoint } from './stop-points.ts';

export interface StopOptions {
  /** One stop each, one after the other; the dispatchers take turns. */
  readonly points: readonly StopPoint[];
  /** Loaded into the dispatchers first; what has them stop, and perhaps takes a protection away. */
  readonly preload: string;
  readonly inDatabase?: (stage: Stage) => Promise<void>;
  readonly logFolder: string;
  /** How long the calls may take to end, in milliseconds; they are not waited for when unset. */
  readonly settleMs?: number;
  readonly onProgress: (line: string) => void;
}

export interface StopResult {
  readonly violations: Violations;
  /** Stops after which another dispatcher had the call before the first one went on. */
  readonly stops: number;
  /** How long the calls took to end after the last one, in milliseconds; 0 when they were not waited for. */
  readonly settledAfterMs: number;
  readonly outcomes: readonly OutcomeCount[];
}

const LEASE_MS = 1_000;
const TALK_MS = 4_000;
/** For whoever took the call over to get on with it, and for the one that wakes to do what it was about to. */
const HEAD_START_MS = 400;
const AWAKE_MS = 600;
const STOPPED_WITHIN_MS = 15_000;
const TAKEN_OVER_WITHIN_MS = 15_000;
const DISPATCHERS = 2;
/** Any: agents do as they should, and callees are named. */
const SEED = 1;

/** Stops dispatchers by SIGSTOP in the midst of a call, past its lease, and lets them go on while another has it. */
export async function runStops(options: StopOptions): Promise<StopResult> {
  const { logFolder, preload, onProgress } = options;
  const stage = await startStage({
    seed: SEED,
    dispatchers: DISPATCHERS,
    tenants: 1,
    realAgents: false,
    talkMs: TALK_MS,
    leaseMs: LEASE_MS,
    logFolder,
    manner: 'proper',
    preload,
  });
  try {
    await options.inDatabase?.(stage);
    for (const [n, point] of options.points.entries()) {
      const callId = await stopOnce(stage, n, point, join(logFolder, `stop-${randomUUID()}`));
      onProgress(`${n + 1}: ${point}, ${callId}`);
    }
    const { settleMs } = options;
    const settledAfterMs = settleMs === undefined ? 0 : await untilOver(stage, settleMs, onProgress);
    await sleep(AWAKE_MS);
    const evidence = await readEvidence({
      ...stage,
      answers: [],
      agents: stage.agents.entries,
      calleesOnTheLine: stage.simulators.flatMap((simulator) => simulator.dials().map(({ room }) => room)),
      onSuspect: onProgress,
      liveKit: stage.cluster.nodes.map(({ url }) => ({ url, ...stage.cluster.key })),
    });
    const outcomes = countOutcomes(evidence.calls);
    return { violations: findViolations(evidence), stops: options.points.length, settledAfterMs, outcomes };
  } finally {
    await stage.stop();
  }
}

/** Places a call that stops its dispatcher, and lets it go on after another one has taken the call over. */
async function stopOnce(stage: Stage, n: number, point: StopPoint, file: string): Promise<string> {
  const { tenants, clients } = stage;
  const [tenant] = tenants;
  const client = clients[n % clients.length];
  if (tenant === undefined || client === undefined) throw new Error('There is nobody to call.');
  const request = {
    ...createRequests(SEED, tenants, { realAgents: false, callee: STOP_POINTS[point].callee })(n),
    fromNumber: tenant.numbers.dispatcher,
    metadata: JSON.stringify({ stop_at: point, told_in: file }),
    waitUntil: 'WAIT_UNTIL_ACCEPTED' as const,
  };
  // It may be answered when the process goes on.
  const answered = callUnary(client.dispatch.bind(client), request).catch(() => undefined);
  const told = await soon(() => readFile(file, 'utf8').catch(() => ''), STOPPED_WITHIN_MS, `stopped at ${point}`);
  const [callId = '', pid = ''] = told.trim().split(' ');
  try {
    await soon(() => hasEvent(stage, callId, 'taken_over'), TAKEN_OVER_WITHIN_MS, `taken over at ${point}`);
    await sleep(HEAD_START_MS);
  } finally {
    process.kill(Number(pid), 'SIGCONT');
  }
  await sleep(AWAKE_MS);
  await answered;
  return callId;
}

async function hasEvent({ sql, schema }: Stage, callId: string, kind: string): Promise<boolean> {
  const found = await sql(`SELECT FROM "${schema}".voice_call_events WHERE call_id = $1 AND kind = $2`, [callId, kind]);
  return found.length > 0;
}

const LOOK_EVERY_MS = 50;

async function soon<T>(look: () => Promise<T>, withinMs: number, what: string): Promise<T> {
  for (const until = Date.now() + withinMs; ;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > until) throw new Error(`No call was ${what} within ${withinMs} ms.`);
    await sleep(LOOK_EVERY_MS);
  }
}
