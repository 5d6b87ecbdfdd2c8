import { stripVTControlCharacters } from 'node:util';

import { CommanderError } from 'commander';
import type { Command } from 'commander';

import type { Act } from './act.ts';
import { readConfig } from './config.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';
import type { Refusal } from './refusal.ts';
import { bold, CROSS, visible } from './text.ts';
import { toRefusal } from './to-refusal.ts';
import { usageError } from './usage-error.ts';
import { wire } from './wire.ts';

/** What a shell says of a command that Ctrl-C ended. */
const INTERRUPTED = 130;
/** 0: done. 1: refused, failed or in doubt, or a check found something. 2: usage. 3: something needed is out of reach. */
export type ExitCode = 0 | 1 | 2 | 3 | typeof INTERRUPTED;

/** Runs one command line (without node and script) to its exit code. Prints to the io, touches no process. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  const isJson = wantsJson(argv);
  const isColoured = io.stdout.isTTY === true && !io.env.NO_COLOR;
  const print = (text: string) => void io.stdout.write(`${isColoured ? text : stripVTControlCharacters(text)}\n`);
  // One document; of a command that prints documents while it runs, each has a line of its own.
  let isLines = false;
  const printJson = (document: unknown) =>
    void io.stdout.write(`${JSON.stringify(document, null, isLines ? undefined : 2)}\n`);
  const tools = wire(readConfig(io.env), io, {
    say: (line) => {
      if (!isJson) print(line);
    },
    emit: (document) => {
      isLines = true;
      if (isJson) printJson(document);
    },
  });

  let exitCode: ExitCode = 0;
  const act: Act =
    (action) =>
    async (...args) => {
      const report = await action(tools, ...args);
      tools.progress.clear();
      if (isJson) printJson(report.json);
      else if (report.text !== '') print(report.text);
      exitCode = report.exitCode ?? 0;
    };

  let help = '';
  const program = createProgram(act);
  prepare(program, (text) => (help += text));
  try {
    await Promise.race([program.parseAsync(argv, { from: 'user' }), untilAborted(io.signal)]);
  } catch (error) {
    if (io.signal.aborted) return INTERRUPTED;
    if (isHelp(error)) {
      if (isJson) printJson({ help });
      else io.stdout.write(help);
      return 0;
    }
    tools.progress.clear();
    const refusal = toRefusal(error);
    if (isJson) printJson({ error: toJson(refusal) });
    else io.stderr.write(`${toText(refusal, io.stderr.isTTY === true && !io.env.NO_COLOR)}\n`);
    return refusal.exitCode;
  } finally {
    await tools.close();
  }
  return exitCode;
}

function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

/** Makes every command throw what is wrong instead of printing it and ending the process. */
function prepare(command: Command, writeHelp: (text: string) => void, path = ''): void {
  const here = `${path}${command.name()}`;
  command
    .exitOverride((error) => {
      throw isHelp(error) ? error : usageError(error, command, here);
    })
    .configureOutput({ writeOut: writeHelp, writeErr: () => {}, outputError: () => {} })
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false);
  for (const child of command.commands) prepare(child, writeHelp, `${here} `);
}

/** Never resolves; what a command leaves behind is cleaned up by closing its tools. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true }),
  );
}

const isHelp = (error: unknown): boolean =>
  error instanceof CommanderError && (error.code === 'commander.helpDisplayed' || error.code === 'commander.version');

const toJson = ({ reason, message, hint, details }: Refusal) => ({ reason, message, hint, ...details });

function toText({ message, hint }: Refusal, isColoured: boolean): string {
  const lines = message.split('\n').map(visible).join('\n  ');
  const text = `${CROSS} ${bold(lines)}\n  ${visible(hint)}`;
  return isColoured ? text : stripVTControlCharacters(text);
}
