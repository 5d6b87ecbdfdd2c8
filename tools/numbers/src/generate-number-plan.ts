import { createRequire } from 'node:module';

import { NUMBER_SERIES } from '@dialplane/routing/numbers/number-series';

import { buildNumberTable } from './build-number-table.ts';
import { readLibraryPlans } from './read-library-plans.ts';
import { writeNumberPlan } from './write-number-plan.ts';

/** The text of `libs/routing/src/gen/number-plan.ts`, made anew; equal inputs give equal text. */
export function generateNumberPlan(plans = readLibraryPlans()): string {
  return writeNumberPlan(
    buildNumberTable(plans, NUMBER_SERIES),
    plans,
    ['libphonenumber-js', 'google-libphonenumber'].map(nameVersion).join(' and '),
  );
}

function nameVersion(name: string): string {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { version: string };
  return `${name} ${version}`;
}
