import type { NumberChange } from '@dialplane/tenancy';

import { describeNumber, numberFields } from './describe-number.ts';
import { findNumber } from './find-number.ts';
import { refused } from './refusal.ts';
import type { Report } from './report.ts';
import { reportChanged } from './report-changed.ts';
import type { Tools } from './wire.ts';

/** Changes a tenant's number where it is not so already. */
export async function changeNumber(
  { store }: Pick<Tools, 'store'>,
  tenantId: string,
  written: string,
  change: NumberChange,
): Promise<Report> {
  const { numbers, snapshotVersion } = await store();
  const before = await findNumber(numbers, tenantId, written);
  const isChanged =
    (change.provider ?? before.provider) !== before.provider ||
    (change.isActive ?? before.isActive) !== before.isActive;
  const after = isChanged ? await numbers.update(tenantId, before.id, change) : before;
  if (after === undefined)
    throw refused(
      'number_not_found',
      `The tenant has no number ${written} any more.`,
      `See what it has: dialplane number list --tenant ${tenantId}`,
    );
  const number = describeNumber(after);
  return reportChanged(isChanged, `number ${number.e164}`, { number }, numberFields(number), await snapshotVersion());
}
