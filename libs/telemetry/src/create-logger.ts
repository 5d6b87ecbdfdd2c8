import { pino } from 'pino';
import type { Bindings, DestinationStream, Logger, LogFn } from 'pino';

import { redact } from './redact.ts';

export type { Logger } from 'pino';

/** What may be logged, from most to least. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
/** What is logged unless LOG_LEVEL says otherwise. */
export const DEFAULT_LOG_LEVEL = 'info';

const STDERR = 2;

export interface LoggerOptions {
  /** The process's name, in every line. */
  readonly service: string;
  /** One of LOG_LEVELS. */
  readonly level?: string | undefined;
  /** Where the lines go; stderr unless given. */
  readonly destination?: DestinationStream;
}

/** A logger of JSON lines in which `redact` has seen every field and every text. Throws for an unknown level. */
export function createLogger({ service, level = DEFAULT_LOG_LEVEL, destination }: LoggerOptions): Logger {
  if (!(LOG_LEVELS as readonly string[]).includes(level)) {
    throw new Error(`There is no log level "${level}": set LOG_LEVEL to one of ${LOG_LEVELS.join(', ')}.`);
  }
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // `redact` has written errors out already.
    serializers: { err: (error: unknown) => error },
    hooks: { logMethod: logRedacted },
  };
  const logger = pino(options, destination ?? pino.destination({ dest: STDERR, sync: true }));
  // pino hands a child's own fields to none of its formatters. Children inherit these two from their parent.
  const inherited = Object.getPrototypeOf(logger) as Logger;
  logger.child = function childRedacted(this: Logger, fields, childOptions) {
    return inherited.child.call(this, safely(fields) as Bindings, childOptions) as never;
  };
  logger.setBindings = function setRedacted(this: Logger, fields) {
    inherited.setBindings.call(this, safely(fields) as Bindings);
  };
  return logger;
}

/** pino gives an error's message to the line only when it gets the error itself. */
function logRedacted(this: Logger, args: Parameters<LogFn>, log: LogFn): void {
  const [first, ...rest] = args as unknown[];
  const line =
    first instanceof Error ? [{ err: first }, ...(rest.length > 0 ? rest : [first.message])] : [first, ...rest];
  log.apply(this, line.map(safely) as Parameters<LogFn>);
}

/** Logging must not fail a call: an object that throws when it is read is left out. */
function safely(value: unknown): unknown {
  try {
    return redact(value);
  } catch {
    return { unreadable: true };
  }
}
