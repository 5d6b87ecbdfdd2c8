import { setTimeout as sleep } from 'node:timers/promises';

import {
  AvailabilityResponse,
  JobStatus,
  JobType,
  ParticipantPermission,
  RegisterWorkerRequest,
  ServerMessage,
  UpdateJobStatus,
  UpdateWorkerStatus,
  WorkerMessage,
  WorkerStatus,
} from '@livekit/protocol';
import type { JobAssignment } from '@livekit/protocol';
import { AccessToken } from 'livekit-server-sdk';

export interface LightWorkerOptions {
  /** `ws://host:port` of one LiveKit node. */
  readonly wsUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** What it registers under. */
  readonly agentName: string;
  /** Does the job; the job is over when it settles. A rejection fails the job, and nothing else. */
  readonly onJob: (job: LightJob) => Promise<void>;
  /** Whether to take a job; every one, when unset. */
  readonly isAvailable?: (job: { readonly id: string; readonly metadata: string }) => boolean;
}

/** A job as it was assigned. */
export interface LightJob {
  /** `AJ_…` */
  readonly id: string;
  readonly room: string;
  readonly metadata: string;
  /** Lets its holder into the room as an agent. */
  readonly token: string;
  /** Aborted when LiveKit terminates the job, or when the worker stops. */
  readonly signal: AbortSignal;
}

export interface LightWorker {
  isRegistered(): boolean;
  /** Resolves as soon as LiveKit may give it jobs. */
  untilRegistered(): Promise<void>;
  /** How many jobs are under way. */
  jobs(): number;
  /** Leaves LiveKit, and waits for its jobs, which are told to end. */
  stop(): Promise<void>;
}

const RECONNECT_AFTER_MS = 500;
const REGISTER_WITHIN_MS = 10_000;

/**
 * An agent worker on LiveKit's worker protocol that runs its jobs in this process: a real one costs a process and a
 * second of CPU a job. It takes as many jobs as it is offered, and registers again whenever its node went away; jobs
 * under way go on meanwhile.
 */
export function startLightWorker(options: LightWorkerOptions): LightWorker {
  const running = new Map<string, { readonly abort: AbortController; readonly done: Promise<void> }>();
  const stopping = new AbortController();
  let socket: WebSocket | undefined;
  let registered = Promise.withResolvers<void>();
  let isRegistered = false;

  function send(message: WorkerMessage['message']): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(new WorkerMessage({ message }).toBinary());
  }
  const report = (jobId: string, status: JobStatus): void =>
    send({ case: 'updateJob', value: new UpdateJobStatus({ jobId, status }) });

  function begin({ job, token }: JobAssignment): void {
    if (job === undefined || running.has(job.id)) return;
    const abort = new AbortController();
    const { id, metadata } = job;
    report(id, JobStatus.JS_RUNNING);
    const done = options
      .onJob({ id, metadata, room: job.room?.name ?? '', token, signal: abort.signal })
      .then(
        () => report(id, JobStatus.JS_SUCCESS),
        () => report(id, JobStatus.JS_FAILED),
      )
      .finally(() => running.delete(id));
    running.set(id, { abort, done });
  }

  function hear({ message }: ServerMessage): void {
    switch (message.case) {
      case 'register':
        isRegistered = true;
        // Its load is always 0: a busy machine is no reason to refuse.
        send({ case: 'updateWorker', value: new UpdateWorkerStatus({ status: WorkerStatus.WS_AVAILABLE, load: 0 }) });
        registered.resolve();
        break;
      case 'availability': {
        const { job } = message.value;
        if (job === undefined) break;
        const available = !stopping.signal.aborted && (options.isAvailable?.(job) ?? true);
        // The identity that a real worker gives its agent.
        const participantIdentity = `agent-${job.id}`;
        const value = new AvailabilityResponse({
          jobId: job.id,
          available,
          participantIdentity,
          terminate: !available,
        });
        send({ case: 'availability', value });
        break;
      }
      case 'assignment':
        begin(message.value);
        break;
      case 'termination':
        running.get(message.value.jobId)?.abort.abort();
        break;
      default:
    }
  }

  /** Registers, and resolves when the connection is over. */
  async function serve(): Promise<void> {
    const token = new AccessToken(options.apiKey, options.apiSecret);
    token.addGrant({ agent: true });
    const query = new URLSearchParams({ access_token: await token.toJwt() });
    const opened = new WebSocket(`${options.wsUrl}/agent?${query.toString()}`);
    opened.binaryType = 'arraybuffer';
    socket = opened;
    const patience = setTimeout(() => isRegistered || opened.close(), REGISTER_WITHIN_MS);
    const closed = new Promise((resolve) => opened.addEventListener('close', resolve));
    opened.addEventListener('error', () => {});
    opened.addEventListener('open', () => send({ case: 'register', value: registration(options.agentName) }));
    opened.addEventListener('message', ({ data }) =>
      hear(ServerMessage.fromBinary(new Uint8Array(data as ArrayBuffer))),
    );
    if (stopping.signal.aborted) opened.close();
    await closed;
    clearTimeout(patience);
  }

  async function keepServing(): Promise<void> {
    while (!stopping.signal.aborted) {
      await serve();
      if (isRegistered) registered = Promise.withResolvers<void>();
      isRegistered = false;
      await sleep(RECONNECT_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const serving = keepServing();
  return {
    isRegistered: () => isRegistered,
    untilRegistered: () => registered.promise,
    jobs: () => running.size,
    async stop() {
      stopping.abort();
      const jobs = [...running.values()];
      for (const { abort } of jobs) abort.abort();
      await Promise.all(jobs.map(({ done }) => done));
      socket?.close();
      await serving;
    },
  };
}

function registration(agentName: string): RegisterWorkerRequest {
  return new RegisterWorkerRequest({
    type: JobType.JT_ROOM,
    agentName,
    version: '1.0.0',
    allowedPermissions: new ParticipantPermission({
      canPublish: true,
      canSubscribe: true,
      canPublishData: true,
      canUpdateMetadata: true,
      agent: true,
    }),
  });
}
