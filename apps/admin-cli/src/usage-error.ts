import type { Command, CommanderError } from 'commander';

import { badUsage } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/**
 * Says what is wrong with a command line. What somebody typed where it does not belong may have been meant as a secret:
 * arguments and options are named, what was typed for them is not repeated.
 */
export function usageError(error: CommanderError, command: Command, path: string): Refusal {
  const message =
    SAY[error.code]?.(error.message.replace(/^error: /, ''), command, path) ?? 'This cannot be understood.';
  return badUsage(`${message.charAt(0).toUpperCase()}${message.slice(1)}`, `See: ${path} --help`);
}

/** By commander's code for it; its texts for the last four hold names alone. */
const SAY: Readonly<Record<string, (text: string, command: Command, path: string) => string>> = {
  'commander.help': (_, __, path) => `After "${path}" a command is missing.`,
  'commander.unknownCommand': (text, _, path) => `Unknown command after "${path}".${suggestionIn(text)}`,
  'commander.unknownOption': (text) => `Unknown option ${optionName(text)}.${suggestionIn(text)}`,
  'commander.excessArguments': (_, { registeredArguments: { length } }, path) =>
    `Too many arguments: "${path}" takes ${length === 0 ? 'none' : length} beside its options; a text with spaces needs quotes.`,
  // Greedy: what was typed may hold a quote of its own, our readers' messages hold none.
  'commander.invalidArgument': (text) =>
    text
      .replace(/^(option '[^']*') argument '[^]*' is invalid\./, '$1 is invalid.')
      .replace(/^command-argument value '[^]*' is invalid for argument '([^']*)'\./, "argument '$1' is invalid."),
  'commander.missingArgument': (text) => text,
  'commander.optionMissingArgument': (text) => text,
  'commander.missingMandatoryOptionValue': (text) => text,
  'commander.conflictingOption': (text) => text,
};

/** commander's own: a name of ours that looks like what was typed. */
const suggestionIn = (text: string): string => /\n\(Did you mean [a-z, -]+\?\)$/.exec(text)?.[0] ?? '';

/** As far as it looks like the name of an option, and like no secret. */
function optionName(text: string): string {
  return /^unknown option '(--[a-z]+(?:-[a-z]+)*)(?==|'(?:$|\n))/.exec(text)?.[1] ?? "that begins with '-'";
}
