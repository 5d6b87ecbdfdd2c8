import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AttemptState } from '@dialplane/contracts';
import {
  AGENT_CALLS_TOKEN,
  dialState,
  PERMIT,
  serveAgentCalls,
  type AgentCallsDouble,
} from '@dialplane/contracts/testing/agent-calls';

import { AGENT, provideAgentPython, run, type AgentPython } from './provide-python.ts';

const { DIALING, ANSWERED, ENDED, FAILED } = AttemptState;
const page = readFileSync(join(AGENT, '../../docs/dispatch.md'), 'utf8');
const [, placeDial = '', claimAndDial = '', ...others] = [...page.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(
  (match) => match[1] ?? '',
);

let agent: AgentPython;
let server: AgentCallsDouble;

beforeAll(async () => {
  agent = await provideAgentPython();
}, 600_000);
beforeEach(async () => {
  server = await serveAgentCalls();
});
afterEach(() => server.stop());

/** Runs a snippet and then what uses it, and returns what is printed. */
async function use(snippet: string, program: string): Promise<string> {
  const told = { agent_calls_address: server.address, agent_calls_token: AGENT_CALLS_TOKEN };
  const job = `import types\njob = types.SimpleNamespace(id="AJ_first", metadata=${JSON.stringify(JSON.stringify(told))})`;
  return run(agent.python, ['-'], { input: `${snippet}\n${job}\nimport asyncio\n${program}\n`, env: agent.env });
}

const dialing = `
class Sip:
    async def create_sip_participant(self, dial):
        print(dial.sip_trunk_id, dial.sip_call_to, dial.sip_number, dial.participant_identity, dial.room_name)
        FAIL
print(asyncio.run(claim_and_dial(job, "room", Sip())))`;
const answered = dialing.replace('FAIL', '');
const busy = dialing.replace(
  'FAIL',
  'raise api.ServerError("resource_exhausted", "", status=429, metadata={"sip_status_code": "486"})',
);

test('the Python of docs/dispatch.md follows a dial to its end', async () => {
  expect(others).toEqual([]);
  server.story = [dialState(DIALING), dialState(ANSWERED), dialState(ENDED)];
  expect(await use(placeDial, 'asyncio.run(place_dial(job, lambda: print("hello")))')).toBe('hello\n');
});

test('it claims again with the same nonce, dials as the permit says, and reports', async () => {
  server.faults.push('cut');
  const { sipTrunkId, dialNumber, callerId, participantIdentity } = PERMIT;
  expect(await use(claimAndDial, answered)).toBe(
    `${sipTrunkId} ${dialNumber} ${callerId} ${participantIdentity} room\nTrue\n`,
  );
  expect(server.claims.map(({ nonce }) => nonce)).toEqual([server.claims[0]?.nonce, server.claims[0]?.nonce]);
  expect(server.reports.map(({ state }) => state)).toEqual([DIALING, ANSWERED]);
});

test('it reports what the carrier said', async () => {
  await use(claimAndDial, busy);
  expect(server.reports.at(-1)).toMatchObject({ state: FAILED, sipCode: 486 });
});

test('it does not dial without a permit', async () => {
  await use(claimAndDial, answered);
  expect(await use(claimAndDial, answered)).toBe('False\n');
});

test('a report that is refused stops no dial, and is no other claim', async () => {
  server.permit = { ...PERMIT, reportToken: 'one that has expired' };
  expect(await use(claimAndDial, answered)).toMatch(/room\nTrue\n$/);
  expect([server.claims.length, server.reports.length]).toEqual([1, 2]);
});

test('it asks for some time, and is refused where nobody answers', async () => {
  server.stop();
  const impatient = claimAndDial.replace('time.monotonic() + 20', 'time.monotonic() + 0.6');
  expect(impatient).not.toBe(claimAndDial);
  expect(await use(impatient, answered)).toBe('False\n');
});

test('a dial whose answer gets lost is reported as nothing, and not sent again', async () => {
  const lost = dialing.replace('FAIL', 'raise aiohttp.ClientConnectionError()');
  expect(await use(claimAndDial, lost)).toMatch(/^\S+ \S+ \S+ \S+ room\nTrue\n$/);
  expect(server.reports.map(({ state }) => state)).toEqual([DIALING]);
});
