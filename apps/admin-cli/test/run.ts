import { Readable, Writable } from 'node:stream';

import { runCli } from '../src/run-cli.ts';
import type { ExitCode } from '../src/run-cli.ts';

export interface Ran {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  /** What was printed on stdout, read as the one JSON document that it has to be. */
  readonly json: () => unknown;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
}

/** Runs a command line in this process and looks at all that it prints. */
export async function run(
  argv: readonly string[],
  { env = {}, stdin = '', signal = new AbortController().signal }: RunOptions = {},
): Promise<Ran> {
  const printed = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof printed) =>
    new Writable({
      write(chunk, _, done) {
        printed[stream] += String(chunk);
        done();
      },
    });
  const io = { env, stdin: Readable.from([stdin]), stdout: into('stdout'), stderr: into('stderr'), signal };
  const exitCode = await runCli(argv, io);
  return { exitCode, ...printed, json: () => JSON.parse(printed.stdout) as unknown };
}
