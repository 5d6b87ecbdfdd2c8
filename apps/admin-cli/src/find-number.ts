import { isUuid, toE164 } from '@dialplane/tenancy';
import type { NumberRepository, VoiceAgentNumber } from '@dialplane/tenancy';

import { refused } from './refusal.ts';

/** The tenant's one number that is meant by what was written, or by its row's id; refuses none and several. */
export async function findNumber(
  numbers: NumberRepository,
  tenantId: string,
  written: string,
): Promise<VoiceAgentNumber> {
  const named = isUuid(written) ? [] : await numbers.find(tenantId, written);
  const found = named.length > 0 ? named : (await numbers.list(tenantId)).filter(({ id }) => id === written);
  const [number, another] = found;
  const list = `dialplane number list --tenant ${tenantId}`;
  if (number === undefined)
    throw refused('number_not_found', `The tenant has no number ${written}.`, `See what it has: ${list}`);
  if (another !== undefined) {
    const rows = found.map((row) => `${spell(row)} is row ${row.id}`).join(', ');
    throw refused(
      'ambiguous_number',
      `${written} fits ${found.length} numbers of the tenant: ${rows}.`,
      'Write it in E.164, or name the row by its id',
    );
  }
  return number;
}

/** A number as people know it. */
export function spell(number: VoiceAgentNumber): string {
  return toE164(number) ?? `${number.countryCode} ${number.baseNumber}`;
}
