/** Registers a worker under AGENT_NAME and runs `agent.ts` for every call that it is given. */
import { fileURLToPath } from 'node:url';

import { AgentServer, InferenceRunner, initializeLogger, ServerOptions, type JobRequest } from '@livekit/agents';

import { readJob } from './read-job.ts';
import { report } from './report.ts';

initializeLogger({ pretty: false, level: 'warn' });

// The framework starts a process of 340 MB for turn detection, which an agent that does not listen has no use for.
InferenceRunner.registeredRunners = new Proxy({}, { set: () => true });

// A word that is not understood must not send tokens in clear.
if (!['', 'on', 'off'].includes(process.env.AGENT_CALLS_TLS ?? '')) {
  report('failed', { problem: 'AGENT_CALLS_TLS must be on or off; see README.md' });
  process.exit(2);
}

/** An agent that cannot read its job must not enter the room: its presence is taken for readiness. */
async function acceptReadableJobs(request: JobRequest): Promise<void> {
  const job = readJob(request.job.metadata);
  if (job.kind !== 'unreadable') return request.accept();
  report('job_refused', { job_id: request.id, room: request.room?.name, problem: job.problem });
  return request.reject();
}

const server = new AgentServer(
  new ServerOptions({
    agent: fileURLToPath(new URL('./agent.ts', import.meta.url)),
    requestFunc: acceptReadableJobs,
    agentName: required('AGENT_NAME'),
    wsURL: required('LIVEKIT_URL'),
    apiKey: required('LIVEKIT_API_KEY'),
    apiSecret: required('LIVEKIT_API_SECRET'),
    // For its health page, on a free port.
    host: '127.0.0.1',
    // One process waits for the next call.
    numIdleProcesses: 1,
    // By default the worker silently takes no jobs while the machine is busy.
    loadFunc: async () => 0,
  }),
);
server.event.on('worker_registered', (workerId: string) => {
  report('registered', { worker_id: workerId, agent_name: process.env.AGENT_NAME });
});

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await server.close();
  report('stopped');
  process.exit(0);
}
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());

await server.run().catch((error: unknown) => {
  if (stopping) return;
  report('failed', { problem: String(error) });
  process.exit(1);
});

function required(name: string): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return value;
  report('failed', { problem: `${name} is not set; see README.md` });
  process.exit(2);
}
