import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AttemptState, CallReason, HungUpBy } from '@dialplane/contracts';
import {
  AGENT_CALLS_TOKEN,
  dialState,
  PERMIT,
  REPORT_TOKEN,
  selfSignedCertificate,
  serveAgentCalls,
  type AgentCallsDouble,
} from '@dialplane/contracts/testing/agent-calls';

import { provideAgentPython, run, type AgentPython } from './provide-python.ts';

const { DIALING, RINGING, ANSWERED, FAILED, UNKNOWN } = AttemptState;

let agent: AgentPython;
let server: AgentCallsDouble;

beforeAll(async () => {
  agent = await provideAgentPython();
}, 600_000);
beforeEach(async () => {
  server = await serveAgentCalls();
});
afterEach(() => server.stop());

/** Lets a part of the agent act, and returns what came of it. */
async function act(
  part: 'claim' | 'follow' | 'report',
  more: object = {},
  env: NodeJS.ProcessEnv = {},
): Promise<unknown> {
  const order = { act: part, address: server.address, token: AGENT_CALLS_TOKEN, job_id: 'AJ_first', ...more };
  const options = { input: JSON.stringify(order), env: { ...agent.env, ...env } };
  return JSON.parse(await run(agent.python, ['test/drive.py'], options));
}

test('the first job to claim gets the permit, and says a nonce of its own', async () => {
  expect(await act('claim')).toEqual({
    permit: {
      sip_trunk_id: PERMIT.sipTrunkId,
      dial_number: PERMIT.dialNumber,
      caller_id: PERMIT.callerId,
      sip_headers: PERMIT.sipHeaders,
      participant_identity: PERMIT.participantIdentity,
      ringing_timeout_seconds: PERMIT.ringingTimeoutSeconds,
      max_duration_seconds: PERMIT.maxDurationSeconds,
      report_token: REPORT_TOKEN,
    },
  });
  expect(server.claims).toEqual([
    { token: AGENT_CALLS_TOKEN, jobId: 'AJ_first', nonce: expect.stringMatching(/^[\x21-\x7e]{8,64}$/) },
  ]);
});

test('a claim whose answer is lost is made again with the same nonce, and keeps the permit', async () => {
  server.faults.push('cut', 'unavailable');
  expect(await act('claim')).toHaveProperty('permit');
  expect(server.claims).toHaveLength(3);
  expect(new Set(server.claims.map(({ nonce }) => nonce)).size).toBe(1);
});

test('a claim that another job made before is refused, and not made again', async () => {
  await act('claim', { job_id: 'AJ_other' });
  expect(await act('claim')).toEqual({ refused: 'Another attempt took its place.' });
  expect(server.claims).toHaveLength(2);
});

test('a second claim of one job is another claim, and refused: a job that starts anew does not dial again', async () => {
  await act('claim');
  expect(await act('claim')).toHaveProperty('refused');
});

test('a dial is followed to its end, over a stream that breaks', async () => {
  server.story = [dialState(DIALING), dialState(RINGING)];
  server.faults.push('cut');
  const dial = act('follow');
  while (server.faults.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const failed = dialState(FAILED, { reason: CallReason.BUSY, sipCode: 486 });
  server.story = [dialState(DIALING), dialState(RINGING), failed];
  const callee = { participant_identity: PERMIT.participantIdentity };
  expect(await dial).toEqual({
    kind: 'over',
    why: '',
    states: [
      { state: 'ATTEMPT_STATE_DIALING', ...callee },
      { state: 'ATTEMPT_STATE_RINGING', ...callee },
      { state: 'ATTEMPT_STATE_FAILED', reason: 'CALL_REASON_BUSY', sip_code: 486, ...callee },
    ],
  });
});

test('a dial that ends in doubt is not over', async () => {
  server.story = [dialState(DIALING), dialState(UNKNOWN)];
  expect(await act('follow')).toMatchObject({ kind: 'in_doubt' });
});

test('an attempt that may not dial is refused; one that may no more is out of sight', async () => {
  expect(await act('follow')).toMatchObject({ kind: 'refused', why: 'Another attempt took its place.' });
  server.story = [dialState(ANSWERED)];
  server.faults.push('unavailable');
  const dial = act('follow');
  while (server.faults.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  server.story = [];
  expect(await dial).toMatchObject({ kind: 'lost_sight' });
});

test('reports arrive in the order in which they were made, each until it is heard', async () => {
  server.faults.push('cut', 'unavailable');
  const steps = [{ state: 'ATTEMPT_STATE_DIALING' }, { state: 'ATTEMPT_STATE_FAILED', sip_code: 486 }];
  await act('report', { token: REPORT_TOKEN, steps });
  const about = { token: REPORT_TOKEN, jobId: 'AJ_first', hungUpBy: HungUpBy.UNSPECIFIED };
  const dialing = { ...about, state: DIALING, sipCode: 0 };
  expect(server.reports).toEqual([dialing, dialing, dialing, { ...about, state: FAILED, sipCode: 486 }]);
});

test('a report that is refused is not made again', async () => {
  await act('report', { steps: [{ state: 'ATTEMPT_STATE_ANSWERED' }] });
  expect(server.reports).toHaveLength(1);
});

test('over TLS, when it is told to, and to whom it may trust alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agent-calls-tls-'));
  const [own, others] = [selfSignedCertificate(), selfSignedCertificate()];
  const secure = await serveAgentCalls(own);
  try {
    const claim = async (tls: 'on' | 'off', { certificate }: typeof own) => {
      const file = join(folder, `${tls}-${certificate === own.certificate ? 'own' : 'others'}.pem`);
      await writeFile(file, certificate);
      const env = { AGENT_CALLS_TLS: tls, GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: file };
      return act('claim', { address: secure.address, within: 3 }, env);
    };
    expect(await Promise.all([claim('off', own), claim('on', others)])).toEqual([
      { refused: expect.any(String) },
      { refused: expect.any(String) },
    ]);
    expect(secure.claims).toEqual([]);
    expect(await claim('on', own)).toHaveProperty('permit');
  } finally {
    secure.stop();
    await rm(folder, { recursive: true });
  }
});
