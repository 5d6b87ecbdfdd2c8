import { MAX_RULES_LENGTH, readRules, toE164 } from '@dialplane/tenancy';
import type { NumberParts } from '@dialplane/tenancy';

import { toNumber, uuid } from '../arguments.ts';
import { problemPlace } from '../rules/fail-at-problem.ts';
import type { Place } from '../yaml/place.ts';
import { NUMBER_KEYS, partsOf, readNumberParts } from './read-number-parts.ts';

/** Rules that a number might have. */
export interface Proposal extends NumberParts {
  readonly e164: string;
  /** Undefined: whichever tenant has the number. */
  readonly tenantId: string | undefined;
  /** JSON text: all of the number's rules. */
  readonly rules: string;
}

/** Reads `numbers`: an object of E.164 numbers and their rules, or a list of numbers with `rules` and perhaps `tenant`. */
export function readProposals(top: Place): Proposal[] {
  const numbers = top.object(['numbers']).numbers ?? top.fail('it has no numbers');
  const proposals = Array.isArray(numbers.value) ? numbers.list().map(fromEntry) : numbers.entries().map(fromPair);
  if (proposals.length === 0) numbers.fail('is empty: nothing is proposed');
  const seen = new Set<string>();
  for (const { e164, tenantId } of proposals) {
    const key = `${e164} ${tenantId ?? ''}`;
    if (seen.has(key)) numbers.fail(`names ${e164} twice`);
    seen.add(key);
  }
  return proposals;
}

function fromPair([key, place]: readonly [string, Place]): Proposal {
  // A key is read as a value is, whose reader throws what is wrong with it.
  let parts: NumberParts | undefined;
  try {
    parts = partsOf(toNumber(key));
  } catch {
    parts = undefined;
  }
  return toProposal(parts ?? place.fail('is no E.164 number to propose rules for'), undefined, place);
}

function fromEntry(entry: Place): Proposal {
  const { tenant, rules, ...parts } = entry.object([...NUMBER_KEYS, 'tenant', 'rules']);
  return toProposal(readNumberParts(entry, parts), tenant?.read(uuid), rules ?? entry.fail('has no rules'));
}

function toProposal(parts: NumberParts, tenantId: string | undefined, rules: Place): Proposal {
  rules.entries();
  const reading = readRules(rules.value);
  if (reading.kind === 'problem') return problemPlace(rules, reading.problem);
  const text = JSON.stringify(rules.value);
  if (text.length > MAX_RULES_LENGTH) rules.fail(`has more than ${MAX_RULES_LENGTH} characters of JSON`);
  return { ...parts, e164: toE164(parts) ?? '', tenantId, rules: text };
}
