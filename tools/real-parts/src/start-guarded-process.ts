import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface GuardedProcessOptions {
  /** What the process is called in messages and in the name of its temporary folder. */
  readonly name: string;
  readonly command: string;
  /** May depend on the folder. */
  readonly args: (folder: string) => readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Resolves true when the process answers; asked again and again. */
  readonly isReady: (process: RunningProcess) => Promise<boolean>;
  /** How long it may take to answer, in milliseconds. */
  readonly readyTimeoutMs?: number;
  /** What it gets to end by itself, in seconds. */
  readonly graceSeconds?: number;
}

export interface RunningProcess {
  /** Everything it wrote to stdout and stderr; also after its end. */
  readonly output: () => string;
  /** Where it writes that; gone after its end. */
  readonly logFile: string;
  /** The command's process id. */
  readonly pid: () => number;
  /** Ends it and all its descendants, and removes its folder. May be called twice. */
  readonly stop: () => Promise<void>;
}

/**
 * Runs the command, and watches its own standard input: when that closes, because `stop` closed it or because the
 * starting process is gone, however it went, the command is asked to end, every second (a LiveKit server in its
 * first moments does not hear), and the whole process group is killed once it has ended, or after the grace.
 */
const GUARD = `
folder=$1 grace=$2; shift 2
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
echo $child >"$folder/pid"
{
  cat <&3
  for second in $(seq $grace); do kill -TERM $child; sleep 1; done
  rm -rf "$folder"
  kill -KILL 0
} >/dev/null 2>&1 &
wait $child
rm -rf "$folder"
kill -KILL 0
`;
const GRACE_SECONDS = 5;
const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 50;
/** How much of the output of a process that did not start its error repeats, in characters. */
const SHOWN_OUTPUT = 2_000;

/** Starts a process with a temporary folder of its own, and waits until it answers. */
export async function startGuardedProcess(options: GuardedProcessOptions): Promise<RunningProcess> {
  const folder = mkdtempSync(join(tmpdir(), `dialplane-${options.name}-`));
  const logFile = join(folder, `${options.name}.log`);
  const log = openSync(logFile, 'a+');
  const grace = String(options.graceSeconds ?? GRACE_SECONDS);
  const args = ['-c', GUARD, 'guard', folder, grace, options.command, ...options.args(folder)];
  const guard = spawn('/bin/sh', args, { env: options.env ?? process.env, stdio: ['pipe', log, log], detached: true });
  guard.stdin?.on('error', () => {});
  let lastOutput: string | undefined;
  const exited = once(guard, 'exit').then(() => {
    lastOutput = readAll(log);
    closeSync(log);
  });
  const running: RunningProcess = {
    logFile,
    output: () => lastOutput ?? readAll(log),
    pid: () => Number(readFileSync(join(folder, 'pid'), 'utf8')),
    stop: async () => {
      guard.stdin?.end();
      await exited;
    },
  };

  const deadline = Date.now() + (options.readyTimeoutMs ?? READY_TIMEOUT_MS);
  for (;;) {
    const state =
      lastOutput !== undefined
        ? 'ended before it answered'
        : Date.now() > deadline
          ? 'did not answer in time'
          : undefined;
    if (state !== undefined) {
      await running.stop();
      throw new Error(`${options.name} ${state}. The end of its output:\n${running.output().slice(-SHOWN_OUTPUT)}`);
    }
    if (await options.isReady(running).catch(() => false)) return running;
    await sleep(READY_POLL_MS);
  }
}

/** Reads through the descriptor, so that it works after the file was removed. */
function readAll(descriptor: number): string {
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const chunk = Buffer.alloc(65_536);
    const length = readSync(descriptor, chunk, 0, chunk.length, position);
    if (length === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(chunk.subarray(0, length));
    position += length;
  }
}
