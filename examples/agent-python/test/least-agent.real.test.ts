import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startCarrierSimulatorProcess, startGuardedProcess } from '@dialplane/real-parts';
import type { CarrierSimulatorProcess, RunningProcess } from '@dialplane/real-parts';
import { RoomAgentDispatch, RoomServiceClient, SipClient } from 'livekit-server-sdk';

import { AGENT, provideAgentPython } from './provide-python.ts';

const [server] = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as [
  { url: string; wsUrl: string; apiKey: string; apiSecret: string },
];
const ROOT = resolve(AGENT, '../..');
const TRUNK = 'ST_example';
const CALLEE = 'callee-of-the-call';
/** Rings for 2 s, answers, hangs up after 1 s. */
const ANSWERS_AFTER_2_S = '+12125550122';
const BUSY_AFTER_RINGING = '+12125550131';

const page = readFileSync(join(ROOT, 'docs/dispatch.md'), 'utf8');
const snippetIn = (language: string) => new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';

const PYTHON = `${snippetIn('python')}
import os
import time
from livekit.agents import AgentServer, cli

server = AgentServer(host="127.0.0.1", port=0, num_idle_processes=1, load_fnc=lambda: 0.0)

def say(event, ctx):
    print("\\n" + json.dumps({"event": event, "room": ctx.job.room.name, "at": time.time() * 1000}), flush=True)

@server.rtc_session(agent_name=os.environ["AGENT_NAME"])
async def entry(ctx):
    async def talk(room):
        say("talks", ctx)
    await serve_call(ctx, talk)
    say("is done", ctx)

if __name__ == "__main__":
    cli.run_app(server)
`;

const TYPESCRIPT = `${snippetIn('ts')}
import { fileURLToPath } from 'node:url';
import { AgentServer, defineAgent, InferenceRunner, initializeLogger, ServerOptions } from '@livekit/agents';

export default defineAgent({
  entry: async (ctx) => {
    const say = (event) => console.log('\\n' + JSON.stringify({ event, room: ctx.job.room?.name, at: Date.now() }));
    await serveCall(ctx, async () => say('talks'));
    say('is done');
  },
});
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  initializeLogger({ pretty: false, level: 'warn' });
  InferenceRunner.registeredRunners = new Proxy({}, { set: () => true });
  const { AGENT_NAME: agentName, LIVEKIT_URL: wsURL, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = process.env;
  const agent = fileURLToPath(import.meta.url);
  const options = { agent, agentName, wsURL, apiKey, apiSecret, host: '127.0.0.1', numIdleProcesses: 1, loadFunc: async () => 0 };
  const server = new AgentServer(new ServerOptions(options));
  server.event.on('worker_registered', () => console.log('registered worker'));
  process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
  await server.run();
}
`;

let carrier: CarrierSimulatorProcess;
let folder: string;

beforeAll(async () => {
  // Below a package that has what they import.
  mkdirSync(join(ROOT, 'examples/agent-worker/dist'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'examples/agent-worker/dist/least-'));
  writeFileSync(join(folder, 'agent.py'), PYTHON);
  writeFileSync(join(folder, 'agent.ts'), TYPESCRIPT);
  const { url: upstream, apiKey, apiSecret } = server;
  carrier = await startCarrierSimulatorProcess({ upstream, apiKey, apiSecret, trunks: [TRUNK], join: true });
});
afterAll(async () => {
  await carrier.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startWorker(language: string, agentName: string): Promise<RunningProcess> {
  const { python, env } = language === 'Python' ? await provideAgentPython() : { python: '', env: process.env };
  return startGuardedProcess({
    name: 'least-agent',
    command: language === 'Python' ? python : process.execPath,
    args: () => (language === 'Python' ? [join(folder, 'agent.py'), 'start'] : [join(folder, 'agent.ts')]),
    env: {
      ...env,
      LIVEKIT_URL: server.wsUrl,
      LIVEKIT_API_KEY: server.apiKey,
      LIVEKIT_API_SECRET: server.apiSecret,
      AGENT_NAME: agentName,
    },
    readyTimeoutMs: 120_000,
    isReady: async ({ output }) => output().includes('registered worker'),
  });
}

describe.each(['TypeScript', 'Python'])('the least agent of docs/dispatch.md in %s', (language) => {
  const agentName = `least agent in ${language}`;
  const rooms = new RoomServiceClient(server.url, server.apiKey, server.apiSecret);
  let worker: RunningProcess;

  beforeAll(async () => {
    worker = await startWorker(language, agentName);
  }, 600_000);
  afterAll(() => worker.stop());

  /** Dials as the dispatcher does, once the agent is in the room; resolves when the callee has answered, if it does. */
  async function call(number: string): Promise<{ room: string; answeredAt: number | undefined }> {
    const room = `call-${randomUUID()}`;
    const metadata = JSON.stringify({ callee_identity: CALLEE });
    await rooms.createRoom({ name: room, agents: [new RoomAgentDispatch({ agentName, metadata })] });
    while ((await rooms.listParticipants(room)).length === 0) await sleep(50);
    const options = { participantIdentity: CALLEE, waitUntilAnswered: true, ringingTimeout: 30 };
    const answeredAt = await new SipClient(carrier.url, server.apiKey, server.apiSecret)
      .createSipParticipant(TRUNK, number, room, options)
      .then(
        () => Date.now(),
        () => undefined,
      );
    return { room, answeredAt };
  }

  /** What it said of the room, once it is done. */
  async function said(room: string): Promise<{ event: string; at: number }[]> {
    for (;;) {
      const lines = worker
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{"event":'))
        .map((line) => JSON.parse(line) as { event: string; room: string; at: number })
        .filter((line) => line.room === room);
      if (lines.some(({ event }) => event === 'is done')) return lines;
      await sleep(50);
    }
  }

  test('speaks once the callee has answered, not while it rings, and leaves when it has hung up', async () => {
    const { room, answeredAt = Infinity } = await call(ANSWERS_AFTER_2_S);
    const lines = await said(room);
    expect(lines.map(({ event }) => event)).toEqual(['talks', 'is done']);
    expect(Math.abs((lines[0]?.at ?? 0) - answeredAt)).toBeLessThan(1_000);
    while ((await rooms.listParticipants(room)).length > 0) await sleep(50);
  });

  test('leaves without a word when nobody answers', async () => {
    const { room, answeredAt } = await call(BUSY_AFTER_RINGING);
    expect(answeredAt).toBeUndefined();
    expect((await said(room)).map(({ event }) => event)).toEqual(['is done']);
  });

  test('is there for a probe, and says nothing', async () => {
    const room = `call-${randomUUID()}`;
    const metadata = JSON.stringify({ purpose: 'probe' });
    await rooms.createRoom({ name: room, agents: [new RoomAgentDispatch({ agentName, metadata })] });
    expect((await said(room)).map(({ event }) => event)).toEqual(['is done']);
    expect(await rooms.listParticipants(room)).toHaveLength(1);
    await rooms.deleteRoom(room);
  });
});
