import type { SetOutcome } from '@dialplane/tenancy';

import type { Report } from './report.ts';
import { reportAdded } from './report-added.ts';
import { reportChanged } from './report-changed.ts';

/** What a `set` says that adds what is not there yet. */
export function reportSet(
  { kind }: Pick<SetOutcome<unknown>, 'kind'>,
  ...report: Parameters<typeof reportChanged> extends [boolean, ...infer Rest] ? Rest : never
): Report {
  return kind === 'added' ? reportAdded(kind, ...report) : reportChanged(kind === 'changed', ...report);
}
