import type { CarrierRule, Rules } from '@dialplane/tenancy';

export interface MatchedCarrier {
  readonly carrier: CarrierRule;
  /** Characters of the prefix that matched, `+` included. */
  readonly prefixLength: number;
}

/** Carriers by prefix. */
interface CarrierTable {
  /** How long prefixes are, the longest first. */
  readonly lengths: readonly number[];
  readonly byPrefix: ReadonlyMap<string, readonly MatchedCarrier[]>;
}

const NONE: readonly MatchedCarrier[] = [];

/** Rules are shared by all numbers that have the same text, so each is compiled once, and forgotten with them. */
const tables = new WeakMap<Rules, CarrierTable>();

/**
 * The carriers for a number: those of the longest prefix that it begins with, and those of shorter ones as long as
 * one of the longer ones says `fallthrough`. A carrier is there once, for its longest prefix.
 */
export function matchCarriers(rules: Rules, e164: string): readonly MatchedCarrier[] {
  if (rules.carriers.length === 0) return NONE;
  let table = tables.get(rules);
  if (table === undefined) tables.set(rules, (table = compile(rules.carriers)));
  const { lengths, byPrefix } = table;
  let matched = NONE;
  for (const length of lengths) {
    if (length > e164.length) continue;
    const more = byPrefix.get(e164.slice(0, length));
    if (more === undefined) continue;
    matched = matched.length === 0 ? more : withNew(matched, more);
    if (!more.some(({ carrier }) => carrier.fallthrough)) break;
  }
  return matched;
}

function withNew(matched: readonly MatchedCarrier[], more: readonly MatchedCarrier[]): readonly MatchedCarrier[] {
  const known = new Set(matched.map(({ carrier }) => carrier));
  return [...matched, ...more.filter(({ carrier }) => !known.has(carrier))];
}

function compile(carriers: readonly CarrierRule[]): CarrierTable {
  const byPrefix = new Map<string, MatchedCarrier[]>();
  for (const carrier of carriers) {
    for (const prefix of carrier.prefixes) {
      const matched = { carrier, prefixLength: prefix.length };
      const already = byPrefix.get(prefix);
      if (already === undefined) byPrefix.set(prefix, [matched]);
      else if (already.at(-1)?.carrier !== carrier) already.push(matched);
    }
  }
  const lengths = new Set([...byPrefix.keys()].map((prefix) => prefix.length));
  return { lengths: [...lengths].sort((one, other) => other - one), byPrefix };
}
