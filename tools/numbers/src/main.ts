/**
 * `npm run numbers`: makes the number plan and the table of countries' time zones anew, after another version of
 * their sources or a change of the series.
 */
import { writeFileSync } from 'node:fs';

import { generateCountryTimeZones } from './generate-country-time-zones.ts';
import { generateNumberPlan } from './generate-number-plan.ts';

function write(name: string, text: string): void {
  writeFileSync(new URL(`../../../libs/routing/src/gen/${name}`, import.meta.url), text);
  process.stdout.write(`libs/routing/src/gen/${name}: ${text.length} bytes\n`);
}

write('number-plan.ts', generateNumberPlan());
write('country-time-zones.ts', generateCountryTimeZones(new Date().getUTCFullYear()));
