import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { RouterService } from '@dialplane/contracts';
import type { ExplainRouteResponse } from '@dialplane/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Server, ServerCredentials } from '@grpc/grpc-js';

import { run } from './run.ts';

const TENANT = '11111111-1111-4111-8111-111111111111';
const CASE = `{from: +12125550100, to: +12125550199, tenant: ${TENANT}, expect: {outcome: rejected}}`;
const REQUEST = JSON.stringify({ from: '+12125550100', to: '+12125550199', tenant: TENANT });

/** What the router in this process says of its configuration. */
let said: Pick<ExplainRouteResponse, 'snapshotAge' | 'isExpired'>;
let server: Server;
let env: Record<string, string>;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialplane-expired-'));
  server = new Server();
  const response: ExplainRouteResponse['response'] = {
    outcome: {
      $case: 'rejection',
      value: {
        reason: 'REJECTION_REASON_NUMBER_DISABLED',
        fault: 'FAULT_TENANT_CONFIGURATION',
        message: 'The number is switched off.',
        hint: 'Switch it on.',
        tenantId: TENANT,
        snapshotVersion: '290dc096d2c4.1',
      },
    },
  };
  server.addService(RouterService, {
    explainRoute: (_: unknown, reply: (error: null, value: ExplainRouteResponse) => void) =>
      reply(null, { response, trace: [], ...said }),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  env = { ROUTER_ADDRESS: `127.0.0.1:${port}`, DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' };
});
afterAll(async () => {
  server.forceShutdown();
  await rm(folder, { recursive: true });
});

async function file(text: string): Promise<string> {
  const path = join(folder, `file-${Math.random()}`);
  await writeFile(path, text);
  return path;
}
const commands = async (): Promise<string[][]> => [
  ['route', 'test', await file(`- ${CASE}`)],
  [...['route', 'diff', '--rules', await file('numbers: {+12125550100: {}}')], ...['--requests', await file(REQUEST)]],
];
const explain = ['route', 'explain', '--from', '+12125550100', '--to', '+12125550199', '--tenant', TENANT];

test('a router that answers no call passes no test and compares nothing, and explain says so first', async () => {
  said = { snapshotAge: { seconds: 90, nanos: 0 }, isExpired: true };
  for (const command of await commands()) {
    const { exitCode, stdout, stderr } = await run(command, { env });
    expect({ exitCode, stdout, stderr }).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('This router answers no call: its configuration was last confirmed 90 s ago'),
    });
  }
  const { exitCode, stdout } = await run(explain, { env });
  expect({ exitCode, stdout }).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^! This router answers no/),
  });
  expect((await run([...explain, '--json'], { env })).json()).toMatchObject({ isExpired: true });
});

test('twin: one that answers calls, though its configuration is as old, is believed', async () => {
  said = { snapshotAge: { seconds: 90, nanos: 0 }, isExpired: false };
  for (const command of await commands()) expect(await run(command, { env })).toMatchObject({ exitCode: 0 });
  const { stdout } = await run(explain, { env });
  expect(stdout).toMatch(/^✗ Rejected/);
  expect(stdout).toContain('90.0 s: the router does not reach its database');
});

test('rules to explain by are a file of rules, whose foreign keys are said to decide nothing', async () => {
  said = { snapshotAge: { seconds: 1, nanos: 0 }, isExpired: false };
  const proposing = async (text: string) => run([...explain, '--rules', await file(text)], { env });
  for (const text of ['numbers: {+12125550100: {}}', 'alow: [US]'])
    expect(await proposing(text)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('there is no key') });
  const { stdout } = await proposing('destinations: {allow: [US]}\nnotes_of_crm: x');
  expect(stdout).toMatch(/^As if the number's rules were those of .+\n! notes_of_crm is no key of Dialplane's/);
});
