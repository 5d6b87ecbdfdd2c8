import { classifyNumber, NUMBER_KINDS } from '@dialplane/routing';
import { readRules, toE164 } from '@dialplane/tenancy';
import type { VoiceAgentNumber } from '@dialplane/tenancy';

/** A number that nobody has, of a country that every decision knows. */
const NOBODY = '+12125550199';

/** A number's rules without what they say of the callee, and a callee that they then let pass. */
export interface AnyCallee {
  readonly callee: string;
  /** JSON text. */
  readonly rules: string;
}

/**
 * Nothing is asked about a callee: whoever may be called, when, and by which prefix is left out, so that every way
 * that the rules name is one for the callee. Rules that cannot be read stay as they are.
 */
export function anyCallee(number: VoiceAgentNumber): AnyCallee {
  const own = toE164(number) ?? NOBODY;
  const callee = classifyNumber(own)?.country === undefined ? NOBODY : own;
  const rules = (number.rules ?? {}) as Readonly<Record<string, unknown>>;
  if (readRules(rules).kind === 'problem') return { callee, rules: JSON.stringify(rules) };
  const { calling_hours: _, carriers, ...rest } = rules;
  return {
    callee,
    rules: JSON.stringify({
      ...rest,
      destinations: { allow: [classifyNumber(callee)?.country], allow_kinds: NUMBER_KINDS },
      ...(Array.isArray(carriers) && { carriers: carriers.map(forEverybody) }),
    }),
  };
}

function forEverybody(carrier: Readonly<Record<string, unknown>>) {
  const { dial_format: _, ...rest } = carrier;
  return { ...rest, prefixes: ['+'] };
}

/** The same of a tenant's defaults, which are JSON text. */
export function defaultsForAnyCallee(defaults: string | null): string | null {
  const json: unknown = defaults === null ? null : JSON.parse(defaults);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return defaults;
  const { destinations: _, calling_hours: __, ...rest } = json as Record<string, unknown>;
  return JSON.stringify(rest);
}
