/** A pattern over digits, as phone number metadata writes them. */
export type DigitPattern =
  | { readonly kind: 'digit'; /** Bit n is set when the digit n fits. */ readonly digits: number }
  | { readonly kind: 'sequence'; readonly parts: readonly DigitPattern[] }
  | { readonly kind: 'choice'; readonly options: readonly DigitPattern[] }
  | { readonly kind: 'repeat'; readonly part: DigitPattern; readonly min: number; readonly max: number };

const ANY_DIGIT = 0b11_1111_1111;

/**
 * Reads the part of the regular expressions that phone number metadata uses: digits, `\d`, classes, groups,
 * alternatives, `?` and `{n}`, `{n,m}`. Throws on anything else, so that a new kind of pattern is noticed.
 */
export function parseDigitPattern(source: string): DigitPattern {
  let at = 0;
  const fail = (): never => {
    throw new Error(
      `Unexpected ${source.slice(at, at + 5)} at ${at} in the pattern ${source}: teach parseDigitPattern about it`,
    );
  };
  const take = (text: string): boolean => {
    if (!source.startsWith(text, at)) return false;
    at += text.length;
    return true;
  };
  const number = (): number => {
    const start = at;
    while (/\d/.test(source[at] ?? '')) at++;
    return start === at ? fail() : Number(source.slice(start, at));
  };

  const choice = (): DigitPattern => {
    const options = [sequence()];
    while (take('|')) options.push(sequence());
    return options.length === 1 && options[0] !== undefined ? options[0] : { kind: 'choice', options };
  };
  const sequence = (): DigitPattern => {
    const parts: DigitPattern[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') parts.push(repeated());
    return { kind: 'sequence', parts };
  };
  const repeated = (): DigitPattern => {
    const part = atom();
    if (take('?')) return { kind: 'repeat', part, min: 0, max: 1 };
    if (!take('{')) return part;
    const min = number();
    const max = take(',') ? number() : min;
    return take('}') ? { kind: 'repeat', part, min, max } : fail();
  };
  const atom = (): DigitPattern => {
    if (take('(?:') || take('(')) {
      const inner = choice();
      return take(')') ? inner : fail();
    }
    if (take('\\d')) return { kind: 'digit', digits: ANY_DIGIT };
    if (take('[')) return digitClass();
    return /\d/.test(source[at] ?? '') ? { kind: 'digit', digits: 1 << Number(source[at++]) } : fail();
  };
  const digitClass = (): DigitPattern => {
    let digits = 0;
    while (!take(']')) {
      if (!/\d/.test(source[at] ?? '')) fail();
      const from = Number(source[at++]);
      const to = take('-') ? Number(source[at++]) : from;
      if (!(to >= from)) fail();
      for (let digit = from; digit <= to; digit++) digits |= 1 << digit;
    }
    return { kind: 'digit', digits };
  };

  const pattern = choice();
  return at === source.length ? pattern : fail();
}
