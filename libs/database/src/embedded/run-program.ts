import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import type { ServerAccount } from './server-account.ts';

export interface ProgramResult {
  readonly exitCode: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

/**
 * Runs a program to its end, as the account if there is one. It gets none of our environment: variables
 * such as PGDATA and PGPORT would lead it elsewhere. A program that cannot be started has exit code null.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { account, input = '' }: { account: ServerAccount | undefined; input?: string },
): Promise<ProgramResult> {
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: 'pipe',
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  const ended = new Promise<ProgramResult['exitCode'] | Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', resolve);
  });
  child.stdin.on('error', () => {}); // It may end without reading all of its input.
  child.stdin.end(input);
  const [end, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return typeof end === 'object' && end !== null
    ? { exitCode: null, output: end.message }
    : { exitCode: end, output: output + errors };
}
