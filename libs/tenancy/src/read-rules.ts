import { z } from 'zod';

import type { Reading, Rules, TenantDefaults } from './rules.ts';
import { isUuid } from './uuid.ts';

/** The longest JSON text of rules that is read, in characters. */
export const MAX_RULES_LENGTH = 64 * 1024;

const rulesSchema = z.looseObject({
  livekit_config: z.string().refine(isUuid, 'is not a UUID').nullish(),
});

const NO_DEFAULTS: TenantDefaults = {
  region: undefined,
  destinations: { allowCountries: undefined, denyPrefixes: [], allowKinds: undefined },
  callingHours: undefined,
  limits: {
    maxConcurrentCalls: undefined,
    callsPerSecond: undefined,
    callsPerDay: undefined,
    perCalleePerDay: undefined,
  },
};

/** Reads the JSON value of `rules`. A number without rules (SQL or JSON null) has empty ones. */
export function readRules(json: unknown): Reading<Rules> {
  const parsed = rulesSchema.safeParse(json ?? {});
  if (!parsed.success) return { kind: 'problem', problem: z.prettifyError(parsed.error) };
  const livekitConfigId = parsed.data.livekit_config?.toLowerCase();
  return { kind: 'ok', value: { ...NO_DEFAULTS, livekitConfigId, routes: [], carriers: [], strategy: 'weight' } };
}

/** The same from the JSON's text, as PostgreSQL has it; null is SQL's. Too long a text is a problem. */
export function readRulesText(text: string | null): Reading<Rules> {
  return readJson(text, readRules);
}

/** Reads the JSON text of a tenant's `routing_defaults`; null is SQL's. */
export function readTenantDefaultsText(text: string | null): Reading<TenantDefaults> {
  return readJson(text, () => ({ kind: 'ok', value: NO_DEFAULTS }));
}

function readJson<T>(text: string | null, read: (json: unknown) => Reading<T>): Reading<T> {
  if (text === null) return read(null);
  if (text.length > MAX_RULES_LENGTH)
    return { kind: 'problem', problem: `longer than ${MAX_RULES_LENGTH} characters of JSON` };
  return read(JSON.parse(text));
}
