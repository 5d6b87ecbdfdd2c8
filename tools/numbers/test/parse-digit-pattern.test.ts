import { expect, test } from '@jest/globals';

import { numberAutomaton } from '../src/number-automaton.ts';
import { parseDigitPattern } from '../src/parse-digit-pattern.ts';
import { readLibraryPlans } from '../src/read-library-plans.ts';
import { sampleNumbers, seededDraw } from '../src/sample-numbers.ts';

test.each([
  '1*',
  '1+',
  '^1',
  '1$',
  '.',
  '(1',
  '1)',
  '[1',
  '[3-1]',
  '[a]',
  '1{',
  '1{2',
  '1{a}',
  '1{2,}',
  '\\D',
  'x',
  '(?=1)',
])('a pattern that metadata has not used so far is refused: %s', (source) => {
  expect(() => parseDigitPattern(source)).toThrow(/teach parseDigitPattern|Unexpected/);
});

test('the automaton matches what the regular expression matches, on every pattern of the library', () => {
  const plans = readLibraryPlans();
  const draw = seededDraw(3);
  const numbers = [...sampleNumbers(plans, 1_000, 3)].map((e164) => e164.slice(1));
  for (const { callingCode, plans: countries } of plans) {
    const near = numbers
      .filter((digits) => digits.startsWith(callingCode))
      .map((digits) => digits.slice(callingCode.length));
    for (const source of countries.flatMap(({ pattern, kinds }) => [pattern, ...kinds.map((kind) => kind.pattern)])) {
      const automaton = numberAutomaton([parseDigitPattern(source)]);
      const expression = new RegExp(`^(?:${source})$`);
      for (const digits of [...near, numbers[draw(numbers.length)] ?? '']) {
        const end = [...digits].reduce((states, digit) => automaton.step(states, Number(digit)), automaton.start);
        if (automaton.tags(end).length > 0 !== expression.test(digits))
          expect([source, digits]).toEqual('the same answer');
      }
    }
  }
});
