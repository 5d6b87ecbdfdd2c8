import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AttemptState } from '@dialplane/contracts';
import {
  AGENT_CALLS_TOKEN,
  dialState,
  PERMIT,
  serveAgentCalls,
  type AgentCallsDouble,
} from '@dialplane/contracts/testing/agent-calls';

const ROOT = resolve(import.meta.dirname, '../../..');
const { DIALING, ANSWERED, ENDED, FAILED } = AttemptState;

let folder: string;
let server: AgentCallsDouble;

beforeAll(() => {
  const dist = join(ROOT, 'examples/agent-worker/dist');
  mkdirSync(dist, { recursive: true });
  folder = mkdtempSync(join(dist, 'docs-'));
  const page = readFileSync(join(ROOT, 'docs/dispatch.md'), 'utf8');
  const snippets = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  expect(snippets).toHaveLength(3);
  snippets.forEach((snippet, index) => writeFileSync(join(folder, `snippet-${index}.ts`), snippet));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  server = await serveAgentCalls();
});
afterEach(() => server.stop());

/** Runs a line that uses a snippet, and returns what it prints. */
async function use(snippet: string, line: string): Promise<string> {
  const told = { agent_calls_address: server.address, agent_calls_token: AGENT_CALLS_TOKEN };
  const job = JSON.stringify({ id: 'AJ_first', metadata: JSON.stringify(told) });
  const program = `${snippet}\nconst job = ${job};\nconst say = (...said: unknown[]) => console.log(JSON.stringify(said));\n${line}\n`;
  const file = join(folder, `use-${Math.random()}.ts`);
  writeFileSync(file, program);
  return (await promisify(execFile)(process.execPath, ['--no-warnings', file])).stdout;
}

test('the TypeScript of docs/dispatch.md has the right types', () => {
  const config = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: { noEmit: true },
    include: ['snippet-*'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', folder], { stdio: 'pipe' });
});

test('it follows a dial to its end', async () => {
  server.story = [dialState(DIALING), dialState(ANSWERED), dialState(ENDED)];
  const place = "import { placeDial } from './snippet-1.ts';";
  expect(await use(place, "await placeDial(job, () => say('hello'));")).toBe('["hello"]\n');
});

const claim = `import { claimAndDial } from './snippet-2.ts'; import { SipCallError } from 'livekit-server-sdk';`;
const dialed = 'say(await claimAndDial(job, "room", { createSipParticipant: async (...dial) => say(dial) }));';
const refusedDial = `say(await claimAndDial(job, "room", { createSipParticipant: async () => {
  throw new SipCallError("", "", 429, "resource_exhausted", { sip_status_code: "486" });
} }));`;

test('it claims again with the same nonce, dials as the permit says, and reports', async () => {
  server.faults.push('cut');
  const [dial = '', outcome] = (await use(claim, dialed)).trim().split('\n');
  expect(JSON.parse(dial)).toEqual([
    [
      PERMIT.sipTrunkId,
      PERMIT.dialNumber,
      'room',
      expect.objectContaining({ participantIdentity: PERMIT.participantIdentity, fromNumber: PERMIT.callerId }),
    ],
  ]);
  expect(outcome).toBe('[true]');
  expect(server.claims.map(({ nonce }) => nonce)).toEqual([server.claims[0]?.nonce, server.claims[0]?.nonce]);
  expect(server.reports.map(({ state }) => state)).toEqual([DIALING, ANSWERED]);
});

test('it reports what the carrier said', async () => {
  expect(await use(claim, refusedDial)).toBe('[true]\n');
  expect(server.reports.at(-1)).toMatchObject({ state: FAILED, sipCode: 486 });
});

test('it does not dial without a permit', async () => {
  await use(claim, dialed);
  expect(await use(claim, dialed)).toBe('[false]\n');
});

test('a report that is refused stops no dial, and is no other claim', async () => {
  server.permit = { ...PERMIT, reportToken: 'one that has expired' };
  const [dial = '', outcome] = (await use(claim, dialed)).trim().split('\n');
  expect(JSON.parse(dial)).toHaveLength(1);
  expect([outcome, server.claims.length]).toEqual(['[true]', 1]);
});

test('it asks for some time, and is refused where nobody answers', async () => {
  server.stop();
  const patient = readFileSync(join(folder, 'snippet-2.ts'), 'utf8');
  const impatient = patient.replace('20_000', '600');
  expect(impatient).not.toBe(patient);
  writeFileSync(join(folder, 'impatient.ts'), impatient);
  expect(await use(claim.replace('snippet-2', 'impatient'), dialed)).toBe('[false]\n');
});
