/** The log and what must not stand in it; the figures. */
export { createLogger, DEFAULT_LOG_LEVEL, LOG_LEVELS } from './create-logger.ts';
export type { Logger, LoggerOptions } from './create-logger.ts';
export { createMetrics } from './create-metrics.ts';
export type { Metrics, Sample } from './create-metrics.ts';
export { isSecretName } from './is-secret-name.ts';
export { maskSecrets, SECRET_MASK } from './mask-secrets.ts';
export { redact } from './redact.ts';
