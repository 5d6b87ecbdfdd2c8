import { spawn } from 'node:child_process';

export interface RunToEndOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Gets each line that the command writes, as it comes. */
  readonly onLine?: (line: string) => void;
}

/** How much of a failed command's output its error repeats, in characters. */
const SHOWN_OUTPUT = 2_000;

/** Runs a command to its end; throws with the end of its output when it fails. */
export async function runToEnd(command: string, args: readonly string[], options: RunToEndOptions = {}): Promise<void> {
  const child = spawn(command, args, { env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-SHOWN_OUTPUT);
      for (const line of text.split('\n')) if (line !== '') options.onLine?.(line);
    });
  }
  const ended = await new Promise<string | number | null>((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => resolve(code ?? signal));
  });
  if (ended !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` ended with ${ended}:\n${output}`);
}
