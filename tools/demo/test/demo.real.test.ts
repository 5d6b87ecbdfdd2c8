import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { startGuardedProcess } from '@dialplane/real-parts';
import type { RunningProcess } from '@dialplane/real-parts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../../..');

let home: string;
let env: NodeJS.ProcessEnv;
let demo: RunningProcess;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dialplane-demo-home-'));
  // `npx` finds what the clone has beside the Node that runs this.
  env = { ...process.env, DIALPLANE_HOME: home, NO_COLOR: '1', DATABASE_URL: '', DB_SCHEMA: '' };
  demo = await startGuardedProcess({
    name: 'demo',
    command: process.execPath,
    args: () => [join(ROOT, 'tools/demo/src/main.ts')],
    env,
    isReady: async ({ output }) => output().includes('Ctrl-C stops everything.'),
    readyTimeoutMs: 240_000,
    graceSeconds: 30,
  });
}, 300_000);
afterAll(async () => {
  await demo?.stop();
  await rm(home, { recursive: true, force: true });
}, 60_000);

/** The commands that it prints, in order. */
const commands = (): string[] => demo.output().match(/^ {2}(?:LIVEKIT_URL=.* )?npx .*$/gm) ?? [];

async function run(command: string): Promise<string> {
  return (await promisify(execFile)('/bin/sh', ['-c', command], { cwd: ROOT, env })).stdout;
}

/** What it ends with where the verb says by it that something was found. */
const FINDS_SOMETHING = /route explain/;

test('every command that the demo prints runs and says what it is there to say', async () => {
  const said: string[] = [];
  const [callLogId, room] = [/call log id +(\S+)/, /room +(\S+)/].map((what) => () => {
    const placed = said.findLast((text) => text.includes('Answered')) ?? '';
    return what.exec(placed)?.[1] ?? 'the call was not placed';
  });
  for (const command of commands()) {
    const ready = command.replace('<call log id>', () => callLogId?.() ?? '').replace('<room>', () => room?.() ?? '');
    said.push(
      await run(ready).catch((error: { code: number; stdout: string; stderr: string }) => {
        if (error.code === 1 && FINDS_SOMETHING.test(command)) return error.stdout;
        throw new Error(`${ready}: ${error.stdout}${error.stderr}`);
      }),
    );
  }
  const says = [
    /ST_/,
    /Rejected: The number's rules name no LiveKit config/,
    /hung up by +the callee/,
    /^✓ Answered/,
    /^Server +ws:.*\nToken +\S+/,
    /^✓ You ended the call after \d+\.\d s of talk/,
    /cancel asked for[^]*hung up by +the caller/,
    /dial mode +claiming/,
    /^✓ Answered/,
    /dial mode +claiming[^]*permitted +\(AJ_\w+\)[^]*answered/,
    /dial mode +dispatcher/,
  ];
  expect(said).toHaveLength(says.length);
  for (const [index, what] of says.entries()) expect(said[index]).toMatch(what);

  const [, url = '', token = ''] = /^Server +ws:(\S+)\nToken +(\S+)/.exec(said[4] ?? '') ?? [];
  const validate = (shown: string) => fetch(`http:${url}/rtc/validate?access_token=${shown}`);
  expect((await validate(token)).status).toBe(200);
  expect((await validate(`${token.slice(0, -4)}AAAA`)).status).toBe(401);
}, 240_000);
