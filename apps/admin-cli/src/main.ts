import { runCli } from './run-cli.ts';

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
// A reader that goes away, as `| head` does, is no fault.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const { env, stdin, stdout, stderr } = process;
process.exitCode = await runCli(process.argv.slice(2), { env, stdin, stdout, stderr, signal: interruption.signal });
// Whatever was under way when Ctrl-C came is of no interest any more.
if (interruption.signal.aborted) process.exit();
// Standard input may have been left open by a question or a pipe.
stdin.unref?.();
