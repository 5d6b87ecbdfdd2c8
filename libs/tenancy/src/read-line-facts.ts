import type { z } from 'zod';

import { HEADER_PROFILES_SCHEMA } from './header-profiles-schema.ts';
import { readJson, readJsonText } from './read-json.ts';
import { toLimits } from './read-rules.ts';
import { LIMITS_SCHEMA } from './rules-schema.ts';
import type { LineFacts, Reading } from './rules.ts';

/** Reads the JSON values of `limits` and `header_profiles` of a trunk or a deployment; null is none. */
export function readLineFacts(limits: unknown, headerProfiles: unknown): Reading<LineFacts> {
  return both(
    readJson('limits', LIMITS_SCHEMA, limits, toLimits),
    readJson('header_profiles', HEADER_PROFILES_SCHEMA, headerProfiles, toHeaderProfiles),
  );
}

/** The same from the JSON's text, as PostgreSQL has it; null is SQL's. */
export function readLineFactsText(limits: string | null, headerProfiles: string | null): Reading<LineFacts> {
  return both(
    readJsonText('limits', LIMITS_SCHEMA, limits ?? '{}', toLimits),
    readJsonText('header_profiles', HEADER_PROFILES_SCHEMA, headerProfiles ?? '{}', toHeaderProfiles),
  );
}

function both(
  limits: Reading<LineFacts['limits']>,
  headerProfiles: Reading<LineFacts['headerProfiles']>,
): Reading<LineFacts> {
  if (limits.kind === 'problem') return limits;
  if (headerProfiles.kind === 'problem') return headerProfiles;
  return { kind: 'ok', value: { limits: limits.value, headerProfiles: headerProfiles.value } };
}

function toHeaderProfiles(json: z.output<typeof HEADER_PROFILES_SCHEMA>): LineFacts['headerProfiles'] {
  const profiles = Object.entries(json).map(([name, headers]) => [name, withoutPrototype(Object.entries(headers))]);
  return withoutPrototype(profiles as [string, LineFacts['headerProfiles'][string]][]);
}

function withoutPrototype<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const result = Object.create(null) as Record<string, T>;
  for (const [key, value] of entries) result[key] = value;
  return result;
}
