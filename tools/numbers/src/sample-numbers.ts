import { parseDigitPattern } from './parse-digit-pattern.ts';
import type { DigitPattern } from './parse-digit-pattern.ts';
import type { CallingCodePlans } from './read-library-plans.ts';

/** A seeded source of whole numbers in [0, below): equal seeds give equal samples everywhere (mulberry32). */
export function seededDraw(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/**
 * E.164 numbers to try a classification on, four kinds in turn: random digits, random digits after a calling code,
 * numbers that fit a series of some plan, and such numbers with a digit changed, added or taken away.
 */
export function* sampleNumbers(plans: readonly CallingCodePlans[], count: number, seed: number): Generator<string> {
  const draw = seededDraw(seed);
  const patterns = plans.flatMap(({ callingCode, plans: countries }) =>
    countries.flatMap(({ kinds }) =>
      kinds.map(({ pattern }) => ({ callingCode, pattern: parseDigitPattern(pattern) })),
    ),
  );
  const pick = <T>(from: readonly T[]): T => from[draw(from.length)] as T;
  const randomDigits = (length: number): string => Array.from({ length }, () => draw(10)).join('');
  const fitting = (): string => {
    const { callingCode, pattern } = pick(patterns);
    return `${callingCode}${writeFitting(pattern, draw)}`;
  };
  const makers: readonly (() => string)[] = [
    () => `${1 + draw(9)}${randomDigits(6 + draw(9))}`,
    () => `${pick(plans).callingCode}${randomDigits(6 + draw(6))}`,
    fitting,
    () => blur(fitting(), draw),
  ];
  for (let made = 0; made < count;) {
    const digits = makers[made % makers.length]?.() ?? '';
    if (!/^[1-9]\d{6,14}$/.test(digits)) continue;
    made++;
    yield `+${digits}`;
  }
}

function writeFitting(pattern: DigitPattern, draw: (below: number) => number): string {
  switch (pattern.kind) {
    case 'digit': {
      const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((digit) => (pattern.digits >> digit) & 1);
      return String(digits[draw(digits.length)]);
    }
    case 'sequence':
      return pattern.parts.map((part) => writeFitting(part, draw)).join('');
    case 'choice': {
      const option = pattern.options[draw(pattern.options.length)];
      return option === undefined ? '' : writeFitting(option, draw);
    }
    case 'repeat':
      return Array.from({ length: pattern.min + draw(pattern.max - pattern.min + 1) }, () =>
        writeFitting(pattern.part, draw),
      ).join('');
  }
}

function blur(digits: string, draw: (below: number) => number): string {
  const at = draw(digits.length);
  const [before, after] = [digits.slice(0, at), digits.slice(at)];
  return (
    [`${before}${draw(10)}${after.slice(1)}`, `${before}${draw(10)}${after}`, `${before}${after.slice(1)}`][draw(3)] ??
    digits
  );
}
