import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AttemptState,
  CallReason,
  HungUpBy,
  type AgentCallsClient,
  type PlaceDialResponse,
} from '@dialplane/contracts';
import {
  AGENT_CALLS_TOKEN,
  dialState,
  PERMIT,
  REPORT_TOKEN,
  selfSignedCertificate,
  serveAgentCalls,
  type AgentCallsDouble,
} from '@dialplane/contracts/testing/agent-calls';

import { openAgentCalls } from '../src/agent-calls.ts';
import { claimDial } from '../src/claim-dial.ts';
import { followDial } from '../src/follow-dial.ts';
import { createReporter } from '../src/report-dial.ts';

const ASKER = { token: AGENT_CALLS_TOKEN, jobId: 'AJ_first' };
const { DIALING, RINGING, ANSWERED, ENDED, FAILED, UNKNOWN } = AttemptState;

let server: AgentCallsDouble;
let client: AgentCallsClient;
let stays: AbortController;

beforeEach(async () => {
  server = await serveAgentCalls();
  client = openAgentCalls(server.address);
  stays = new AbortController();
});

afterEach(() => {
  client.close();
  server.stop();
});

test('the first job to claim gets the permit, and says a nonce of its own', async () => {
  expect(await claimDial(client, ASKER, stays.signal)).toEqual({ kind: 'granted', permit: PERMIT });
  expect(server.claims).toEqual([{ ...ASKER, nonce: expect.stringMatching(/^[\x21-\x7e]{8,64}$/) }]);
});

test.each(['unavailable', 'cut', 'silent'] as const)(
  'a claim whose answer is lost (%s) is made again with the same nonce, and keeps the permit',
  async (fault) => {
    server.faults.push(fault, 'unavailable');
    expect(await claimDial(client, ASKER, stays.signal)).toMatchObject({ kind: 'granted' });
    expect(server.claims).toHaveLength(3);
    expect(new Set(server.claims.map(({ nonce }) => nonce)).size).toBe(1);
  },
);

test('a claim that another job made before is refused, and not made again', async () => {
  await claimDial(client, { ...ASKER, jobId: 'AJ_other' }, stays.signal);
  const refused = { kind: 'refused', why: 'Another attempt took its place.' };
  expect(await claimDial(client, ASKER, stays.signal)).toEqual(refused);
  expect(server.claims).toHaveLength(2);
});

test('a second claim of one job is another claim, and refused: a job that starts anew does not dial again', async () => {
  await claimDial(client, ASKER, stays.signal);
  expect(await claimDial(client, ASKER, stays.signal)).toMatchObject({ kind: 'refused' });
});

test('a claim without any answer counts as refused after a while', async () => {
  server.stop();
  expect(await claimDial(client, ASKER, stays.signal, 400)).toMatchObject({ kind: 'refused' });
});

test('a dial is followed to its end', async () => {
  const failed = dialState(FAILED, { reason: CallReason.BUSY, sipCode: 486 });
  server.story = [dialState(DIALING), dialState(RINGING), failed];
  const states: PlaceDialResponse[] = [];
  const dial = await followDial(client, ASKER, (state) => states.push(state), stays.signal);
  expect(dial).toEqual({ kind: 'over', last: failed });
  expect(states).toEqual(server.story);
  expect(server.dials).toEqual([ASKER]);
});

test.each(['unavailable', 'cut'] as const)('a stream that breaks (%s) is opened anew', async (fault) => {
  server.story = [dialState(DIALING), dialState(ANSWERED)];
  server.faults.push(fault);
  const states: AttemptState[] = [];
  const dial = followDial(client, ASKER, ({ state }) => states.push(state), stays.signal);
  while (states.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  server.story = [...server.story, dialState(ENDED, { hungUpBy: HungUpBy.CALLEE })];
  expect(await dial).toMatchObject({ kind: 'over', last: { hungUpBy: HungUpBy.CALLEE } });
  expect(states).toEqual([DIALING, ANSWERED, ENDED]);
  expect(server.dials.length).toBeGreaterThan(1);
});

test('a dial that ends in doubt is not over', async () => {
  server.story = [dialState(DIALING), dialState(UNKNOWN)];
  expect(await followDial(client, ASKER, () => {}, stays.signal)).toEqual({ kind: 'in_doubt' });
});

test('an attempt that may not dial is refused', async () => {
  const dial = await followDial(client, ASKER, () => {}, stays.signal);
  expect(dial).toEqual({ kind: 'refused', why: 'Another attempt took its place.' });
});

test('a dial that is refused after it was seen is out of sight, not over', async () => {
  server.story = [dialState(ANSWERED)];
  server.faults.push('unavailable');
  const dial = followDial(client, ASKER, () => (server.story = []), stays.signal);
  expect(await dial).toMatchObject({ kind: 'lost_sight' });
});

test('nobody follows a dial from a room that is gone', async () => {
  server.story = [dialState(ANSWERED)];
  const dial = followDial(client, ASKER, () => stays.abort(), stays.signal);
  expect(await dial).toMatchObject({ kind: 'lost_sight' });
});

test('reports arrive in the order in which they were made, each until it is heard', async () => {
  server.faults.push('unavailable', 'cut');
  const reporter = createReporter(client, { ...ASKER, token: REPORT_TOKEN }, stays.signal);
  reporter.say({ state: DIALING });
  reporter.say({ state: FAILED, sipCode: 486 });
  await reporter.done();
  const about = { token: REPORT_TOKEN, jobId: ASKER.jobId, hungUpBy: HungUpBy.UNSPECIFIED };
  const dialing = { ...about, state: DIALING, sipCode: 0 };
  expect(server.reports).toEqual([dialing, dialing, dialing, { ...about, state: FAILED, sipCode: 486 }]);
});

test('a report that is refused is not made again', async () => {
  const reporter = createReporter(client, ASKER, stays.signal);
  reporter.say({ state: DIALING });
  await reporter.done();
  expect(server.reports).toHaveLength(1);
});

describe('over TLS', () => {
  /** What an agent process makes of AgentCalls: the environment decides how it speaks, and whom it trusts. */
  async function claimInProcess(env: Record<string, string>, address: string): Promise<unknown> {
    const script = `
      import { openAgentCalls } from '../src/agent-calls.ts';
      import { claimDial } from '../src/claim-dial.ts';
      const client = openAgentCalls(${JSON.stringify(address)});
      const stays = new AbortController();
      console.log(JSON.stringify(await claimDial(client, ${JSON.stringify(ASKER)}, stays.signal, 3_000)));
      client.close();`;
    const args = ['--input-type=module-typescript', '--eval', script];
    const options = { cwd: import.meta.dirname, env: { ...process.env, ...env } };
    return JSON.parse((await promisify(execFile)(process.execPath, args, options)).stdout) as unknown;
  }

  test('an agent speaks it when it is told to, and to whom it may trust alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'agent-calls-tls-'));
    const [own, others] = [selfSignedCertificate(), selfSignedCertificate()];
    const secure = await serveAgentCalls(own);
    try {
      const trusting = async (name: string, { certificate }: typeof own) => {
        await writeFile(join(folder, name), certificate);
        return { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: join(folder, name) };
      };
      const [ours, theirs] = [await trusting('own.pem', own), await trusting('others.pem', others)];
      const [clear, mistrusted] = await Promise.all([
        claimInProcess({ ...ours, AGENT_CALLS_TLS: 'off' }, secure.address),
        claimInProcess({ ...theirs, AGENT_CALLS_TLS: 'on' }, secure.address),
      ]);
      expect([clear, mistrusted]).toMatchObject([{ kind: 'refused' }, { kind: 'refused' }]);
      expect(secure.claims).toEqual([]);
      const trusted = await claimInProcess({ ...ours, AGENT_CALLS_TLS: 'on' }, secure.address);
      expect(trusted).toMatchObject({ kind: 'granted', permit: { sipTrunkId: PERMIT.sipTrunkId } });
    } finally {
      secure.stop();
      await rm(folder, { recursive: true });
    }
  }, 20_000);

  test('a worker does not start with a switch that it does not understand', async () => {
    const env = { ...process.env, AGENT_CALLS_TLS: 'true' };
    const main = promisify(execFile)(process.execPath, ['../src/main.ts'], { cwd: import.meta.dirname, env });
    await expect(main).rejects.toMatchObject({ code: 2, stdout: expect.stringContaining('AGENT_CALLS_TLS') });
  }, 20_000);
});
