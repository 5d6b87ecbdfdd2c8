/** `npm run numbers:bench`: classifications per second, ours and the library's in turn, on the same numbers. */
import { classifyNumber } from '@dialplane/routing';

import { classifyByLibrary } from './classify-by-library.ts';
import { readLibraryPlans } from './read-library-plans.ts';
import { sampleNumbers } from './sample-numbers.ts';

const PAIRS = 7;
const numbers = [...sampleNumbers(readLibraryPlans(), 200_000, 1)];

function perSecond(
  classify: (e164: string) => { readonly kind: string } | undefined,
  sample: readonly string[],
  rounds: number,
): number {
  let seen = 0;
  const start = performance.now();
  for (let round = 0; round < rounds; round++) for (const number of sample) seen += classify(number)?.kind.length ?? 0;
  const seconds = (performance.now() - start) / 1000;
  if (seen === 0) throw new Error('Nothing was classified');
  return (rounds * sample.length) / seconds;
}

const ours: number[] = [],
  library: number[] = [];
perSecond(classifyNumber, numbers, 3);
perSecond(classifyByLibrary, numbers.slice(0, 5_000), 1);
for (let pair = 0; pair < PAIRS; pair++) {
  ours.push(perSecond(classifyNumber, numbers, 20));
  library.push(perSecond(classifyByLibrary, numbers.slice(0, 20_000), 1));
}
const report = (name: string, rates: number[]): number => {
  rates.sort((a, b) => a - b);
  const [low = 0, middle = 0, high = 0] = [rates[0], rates[PAIRS >> 1], rates[PAIRS - 1]];
  const million = (rate: number): string => (rate / 1e6).toFixed(3);
  process.stdout.write(
    `${name}: ${million(middle)} M/s (${million(low)} to ${million(high)}), ${(1e9 / middle).toFixed(0)} ns each\n`,
  );
  return middle;
};
process.stdout.write(`${numbers.length} sampled numbers, ${PAIRS} pairs, Node ${process.version}\n`);
const ratio = report('classifyNumber         ', ours) / report('libphonenumber-js/max  ', library);
process.stdout.write(`${ratio.toFixed(0)} times as fast\n`);
