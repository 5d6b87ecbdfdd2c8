import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { JobMetadata } from '@dialplane/calls';
import type { AgentCallsClient } from '@dialplane/contracts';
import { RoomServiceClient } from 'livekit-server-sdk';

import type { LightJob } from '../light-worker.ts';
import { createRandom, seedOf } from '../random.ts';
import type { Random } from '../random.ts';
import { agentCallsAt } from './agent-connection.ts';
import type { AgentEntry, AgentLog } from './agent-log.ts';
import { claimDial, dialByPermit, reportDial } from './claim-and-dial.ts';
import type { LiveKitAccess } from './claim-and-dial.ts';
import { joinRoom } from './join-room.ts';
import { drawManner } from './manners.ts';
import type { Manner } from './manners.ts';
import { placeDial } from './place-dial.ts';

export interface AgentOptions {
  /** `ws://host:port` of the node that rooms are joined through. */
  readonly wsUrl: string;
  readonly liveKit: LiveKitAccess;
  readonly log: AgentLog;
  readonly seed: number;
  /** How every agent behaves; drawn by the seed, when unset. */
  readonly manner?: Manner;
  /** How long after it joined the late agent asks, in milliseconds. */
  readonly lateMs: number;
  /** How long an answered call is talked, at the most, in milliseconds. */
  readonly talkMs: number;
}

/** How one call's agent behaves: the same in every run with the same seed, call ids apart. */
export function mannerOf({ seed, manner }: Pick<AgentOptions, 'seed' | 'manner'>, metadata: string): Manner {
  if (manner !== undefined) return manner;
  const { call_log_id, attempt } = JSON.parse(metadata) as JobMetadata;
  return drawManner(createRandom(seedOf(seed, `${call_log_id}/${attempt}`)));
}

interface Task {
  readonly options: AgentOptions;
  readonly job: LightJob;
  readonly metadata: JobMetadata;
  readonly manner: Manner;
  readonly random: Random;
  readonly client: AgentCallsClient;
  /** Aborted when the agent is out of its room. */
  readonly signal: AbortSignal;
  note(what: AgentEntry['what'], detail?: string, nonce?: string): void;
}

/** Behaves as the sample agent does, or worse: joins, has the callee dialled, talks, and leaves. */
export async function runAgentJob(options: AgentOptions, job: LightJob): Promise<void> {
  const metadata = JSON.parse(job.metadata) as JobMetadata;
  const { call_log_id: callId, attempt } = metadata;
  const note: Task['note'] = (what, detail = '', nonce = '') =>
    options.log.note({ callId, attempt, jobId: job.id, what, nonce, detail });
  const session = await joinRoom({ wsUrl: options.wsUrl, token: job.token });
  const out = new AbortController();
  void session.left.then((why) => out.abort(new Error(why)));
  job.signal.addEventListener('abort', () => session.leave());
  note('joined');
  const random = createRandom(seedOf(options.seed, `${callId}/${attempt}/${job.id}`));
  const manner = mannerOf(options, job.metadata);
  const client = agentCallsAt(metadata.agent_calls_address);
  const task: Task = { options, job, metadata, manner, random, client, signal: out.signal, note };
  try {
    if (manner === 'late') await sleep(options.lateMs, undefined, { signal: out.signal });
    // It stays until somebody takes the room away.
    if (manner === 'silent') await session.left;
    else if (metadata.dial_mode === 'claiming') await claim(task);
    else await haveItDialled(task);
  } catch (error) {
    note('permit_refused', String(error));
  } finally {
    note('left');
    session.leave();
    await session.left;
  }
}

async function haveItDialled({ options, job, metadata, manner, random, client, signal, note }: Task): Promise<void> {
  const asked = { token: metadata.agent_calls_token, jobId: job.id };
  // To hang up, the agent leaves.
  const hungUp = new AbortController();
  const both = AbortSignal.any([signal, hungUp.signal]);
  const follow = (): Promise<unknown> =>
    placeDial(
      client,
      asked,
      ({ state }) => {
        const isDialled = state === 'ATTEMPT_STATE_DIALING' || state === 'ATTEMPT_STATE_RINGING';
        if (manner === 'vanishing' && isDialled) hungUp.abort();
        if (state === 'ATTEMPT_STATE_ANSWERED') {
          setTimeout(() => hungUp.abort(), random.between(200, options.talkMs)).unref();
        }
      },
      both,
    ).catch((error: unknown) => {
      if (!both.aborted) throw error;
    });
  await Promise.all(manner === 'greedy' ? [follow(), follow()] : [follow()]);
  note('dial_ended');
}

async function claim(task: Task): Promise<void> {
  const { manner } = task;
  const first = claimOnce(task);
  if (manner !== 'greedy') return first;
  const [one, other] = await Promise.allSettled([first, claimOnce(task)]);
  // Refused twice is a refusal; once is as it is to be.
  if (one.status === 'rejected' && other.status === 'rejected') throw one.reason;
}

async function claimOnce(task: Task): Promise<void> {
  const { options, job, metadata, manner, random, client, signal, note } = task;
  const nonce = randomUUID();
  const permit = await claimDial(client, { token: metadata.agent_calls_token, jobId: job.id, nonce }, signal);
  note('permit_granted', '', nonce);
  const reporting = { token: permit.reportToken, jobId: job.id };
  const report = (said: Parameters<typeof reportDial>[2]): Promise<void> =>
    // A report that nobody takes any more is no reason to hang up.
    reportDial(client, reporting, said, signal).catch(() => {});
  const reported = report({ state: 'ATTEMPT_STATE_DIALING' });
  note('dialled', '', nonce);
  const dialling = dialByPermit(options.liveKit, job.room, permit);
  // The callee is dialled all the same, and finds nobody.
  if (manner === 'vanishing') return;
  const outcome = await dialling;
  await reported;
  note('dial_ended', String(outcome), nonce);
  // What it does not know it does not report.
  if (outcome === 'in doubt') return;
  if (outcome !== 'answered') return report({ state: 'ATTEMPT_STATE_FAILED', sipCode: outcome });
  await report({ state: 'ATTEMPT_STATE_ANSWERED' });
  const hungUpBy = await talk(task, permit.participantIdentity, random.between(200, options.talkMs));
  await report({ state: 'ATTEMPT_STATE_ENDED', hungUpBy });
}

const LOOK_EVERY_MS = 500;

/** Talks until the callee is gone or the agent has said all it has to say. */
async function talk(
  { options, job, signal }: Task,
  callee: string,
  talkMs: number,
): Promise<'HUNG_UP_BY_CALLEE' | 'HUNG_UP_BY_AGENT'> {
  const { apiUrl, apiKey, apiSecret } = options.liveKit;
  const rooms = new RoomServiceClient(apiUrl, apiKey, apiSecret, { failover: false });
  for (const until = Date.now() + talkMs; Date.now() < until;) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    // Not knowing is not a hang-up.
    const participants = await rooms.listParticipants(job.room).catch(() => undefined);
    if (participants?.every(({ identity }) => identity !== callee) === true) return 'HUNG_UP_BY_CALLEE';
  }
  return 'HUNG_UP_BY_AGENT';
}
