import { beforeAll, expect, test } from '@jest/globals';

import { provideAgentPython, run, type AgentPython } from './provide-python.ts';

const metadata = {
  version: 1,
  call_log_id: '0b5f0f0e-0000-4000-8000-000000000001',
  to_number: '+12125550199',
  ringing_timeout_seconds: 30,
  dial_mode: 'claiming',
  agent_calls_address: '127.0.0.1:50063',
  agent_calls_token: 'a.b.c',
  callee_identity: 'callee-0b5f0f0e000040008000000000000001',
  added_later: true,
};
const UNREADABLE: readonly (readonly [string, unknown, string])[] = [
  ['no JSON', 'call +12125550199', 'not JSON'],
  ['no object', ['call'], 'not a JSON object'],
  ['of a later version', { ...metadata, version: 2 }, 'version is 2'],
  ['of a version that is true', { ...metadata, version: true }, 'version is True'],
  ['legacy', { ...metadata, dial_mode: 'legacy' }, 'with a permit alone'],
  ['of no dial mode', { ...metadata, dial_mode: undefined }, 'with a permit alone'],
  ['without a token', { ...metadata, agent_calls_token: '' }, 'no agent_calls_token'],
  ['without an address', { ...metadata, agent_calls_address: 7 }, 'no agent_calls_address'],
  ['without a ringing timeout', { ...metadata, ringing_timeout_seconds: true }, 'no ringing_timeout_seconds'],
  ['of a number that is none', { ...metadata, to_number: '+12125550199;ext=1' }, 'not E.164'],
];

/** Reads all jobs in one process, since each costs its start. */
const READ_ALL = `
import json, sys
from read_job import UnreadableJob, read_job
said = []
for metadata in json.load(sys.stdin):
    try:
        said.append(repr(read_job(metadata)))
    except UnreadableJob as problem:
        said.append("refused: " + str(problem))
print(json.dumps(said))`;

let agent: AgentPython;
let said: string[];

beforeAll(async () => {
  agent = await provideAgentPython();
  const jobs = [metadata, { purpose: 'probe' }, ...UNREADABLE.map(([, job]) => job)];
  const input = JSON.stringify(jobs.map((job) => (typeof job === 'string' ? job : JSON.stringify(job))));
  said = JSON.parse(await run(agent.python, ['-c', READ_ALL], { input, env: agent.env })) as string[];
}, 600_000);

test('the Python agent reads whom a job asks about, and where', () => {
  expect(said[0]).toMatch(/^Call\(dial_mode='claiming', .*address='127.0.0.1:50063', token='a.b.c'\)$/);
});

test('it tells a probe from a call', () => {
  expect(said[1]).toBe('Probe()');
});

test.each(UNREADABLE.map(([what, , problem], index) => [what, problem, index] as const))(
  'it refuses a job that is %s',
  (_, problem, index) => {
    expect(said[index + 2]).toMatch(/^refused: /);
    expect(said[index + 2]).toContain(problem);
  },
);

test('its modules import with the framework installed', async () => {
  const imported = await run(agent.python, ['-c', 'import agent; print(agent.server.__class__.__name__)'], {
    env: agent.env,
  });
  expect(imported).toBe('AgentServer\n');
});
