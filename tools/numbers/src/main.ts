/** `npm run numbers`: makes the number plan anew, after another version of the metadata or a change of the series. */
import { writeFileSync } from 'node:fs';

import { generateNumberPlan } from './generate-number-plan.ts';

const file = new URL('../../../libs/routing/src/gen/number-plan.ts', import.meta.url);
const text = generateNumberPlan();
writeFileSync(file, text);
process.stdout.write(`libs/routing/src/gen/number-plan.ts: ${text.length} bytes\n`);
