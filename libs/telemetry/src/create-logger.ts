import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type { Logger } from 'pino';

/** What is logged unless LOG_LEVEL says otherwise. */
export const DEFAULT_LOG_LEVEL = 'info';

export interface LoggerOptions {
  /** The process's name, in every line. */
  readonly service: string;
  /** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
  readonly level?: string | undefined;
  /** Where the lines go; stderr unless given. */
  readonly destination?: DestinationStream;
}

/** A logger of JSON lines. */
export function createLogger({ service, level = DEFAULT_LOG_LEVEL, destination }: LoggerOptions): Logger {
  return pino({ level, base: { service } }, destination ?? pino.destination({ dest: 2, sync: true }));
}
