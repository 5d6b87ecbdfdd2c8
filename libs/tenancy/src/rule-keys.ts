import { RULES_SCHEMA, TENANT_DEFAULTS_SCHEMA } from './rules-schema.ts';

/** The keys of a number's `rules` that are ours; others are other people's, and left alone. */
export const RULE_KEYS: readonly string[] = Object.keys(RULES_SCHEMA.shape);

/** The keys of a tenant's `routing_defaults`. */
export const TENANT_DEFAULT_KEYS: readonly string[] = Object.keys(TENANT_DEFAULTS_SCHEMA.shape);
