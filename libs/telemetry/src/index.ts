/** The log. */
export { createLogger, DEFAULT_LOG_LEVEL } from './create-logger.ts';
export type { Logger, LoggerOptions } from './create-logger.ts';
