import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

const MAIN = join(import.meta.dirname, '../src/main.ts');

/** Runs the command as a process of its own, whose readers have gone away before it prints. */
async function exitCodeOf(command: readonly string[], gone: readonly ('stdout' | 'stderr')[]): Promise<unknown> {
  const child = spawn(process.execPath, [MAIN, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of gone) child[stream].destroy();
  child.stdout.resume();
  child.stderr.resume();
  const [exitCode] = (await once(child, 'exit')) as unknown[];
  return exitCode;
}

test.each([
  [['--help'], 0, ['stdout']],
  [['trunk', 'list'], 2, ['stderr']],
  [['trunk', 'list', '--json'], 2, ['stdout']],
  [['trunk', 'list'], 2, ['stdout', 'stderr']],
] as const)('%j ends with %d when nobody reads %j', async (command, exitCode, gone) => {
  expect(await exitCodeOf(command, gone)).toBe(exitCode);
});
