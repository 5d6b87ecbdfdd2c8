/** `npm run numbers:compare -- 1000000 7`: holds so many sampled numbers, by that seed, against the library. */
import { compareWithLibrary } from './compare-with-library.ts';
import { readLibraryPlans } from './read-library-plans.ts';
import { sampleNumbers } from './sample-numbers.ts';

const [count = 1_000_000, seed = 1] = process.argv.slice(2).map(Number);
const { compared, equal, known, unexplained } = compareWithLibrary(sampleNumbers(readLibraryPlans(), count, seed));

process.stdout.write(`${compared} numbers compared: ${equal} equal, ${unexplained.length} unexplained\n`);
for (const [name, times] of [...known].sort(([, a], [, b]) => b - a))
  process.stdout.write(`${String(times).padStart(9)}  ${name}\n`);
for (const difference of unexplained) process.stdout.write(`${JSON.stringify(difference)}\n`);
process.exitCode = unexplained.length > 0 ? 1 : 0;
