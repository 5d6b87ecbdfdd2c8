/** Tenants, users, numbers, LiveKit configs and rules: types, validation, repository interfaces. */
export * from './country-codes.ts';
export * from './do-not-call.ts';
export { isTimeZone } from './is-time-zone.ts';
export * from './livekit-config.ts';
export { jsonSchemas } from './json-schemas.ts';
export * from './number-kind.ts';
export * from './phone-number.ts';
export * from './repositories.ts';
export { MAX_RULES_LENGTH } from './read-json.ts';
export { readLineFacts, readLineFactsText } from './read-line-facts.ts';
export { readRules, readRulesText, readTenantDefaults, readTenantDefaultsText } from './read-rules.ts';
export * from './rules.ts';
export * from './server-url.ts';
export { isShortName } from './short-name.ts';
export * from './uuid.ts';
export * from './voice-agent-number.ts';
