import { canMean, toE164 } from '@dialplane/tenancy';
import type { VoiceAgentNumber } from '@dialplane/tenancy';

import type { RoutingView } from './routing-view.ts';
import { passed, refused } from './step.ts';
import type { Step } from './step.ts';

export interface MatchedNumber {
  readonly row: VoiceAgentNumber;
  readonly e164: string;
}

/** Which of the tenant's numbers is meant; two are none. */
export function matchNumber(view: RoutingView, fromNumber: string, tenantId: string): Step<MatchedNumber> {
  const lookedAt = `from_number ${fromNumber}, among the tenant's numbers`;
  const list = `dialplane number list --tenant ${tenantId}`;
  const meant = view.numbers.filter((number) => number.tenantId === tenantId && canMean(fromNumber, number));
  const active = meant.filter((number) => number.isActive);
  const [row, another] = active;
  if (row === undefined) {
    return meant.length > 0
      ? refused(
          'number_disabled',
          lookedAt,
          'The number is switched off.',
          `Switch it on: dialplane number enable ${fromNumber} --tenant ${tenantId}`,
        )
      : refused(
          'number_not_found',
          lookedAt,
          'The tenant has no such number.',
          `See what it has: ${list}; or add it: dialplane number add --base <digits> --country <code> --tenant ${tenantId}`,
        );
  }
  if (another !== undefined) {
    const ways = active.map((number) => toE164(number) ?? number.baseNumber).join(', ');
    return refused(
      'ambiguous_number',
      lookedAt,
      `It fits ${active.length} numbers of the tenant: ${ways}.`,
      `Write from_number in E.164; if two rows are the same number, switch one off: dialplane number disable <number id> --tenant ${tenantId}`,
    );
  }
  const e164 = toE164(row);
  if (e164 === undefined) {
    return refused(
      'number_incomplete',
      lookedAt,
      'The stored number and country code do not make an E.164 number.',
      `Mend its base_number and country_code: ${list}`,
    );
  }
  return passed({ row, e164 }, lookedAt, `is ${e164} (row ${row.id})`);
}
