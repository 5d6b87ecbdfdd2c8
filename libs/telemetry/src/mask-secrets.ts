import { NAMED_LOOKS, SECRET_LOOKS } from './secret-looks.ts';
import type { NamedLook } from './secret-looks.ts';

/** What stands where a secret stood. */
export const SECRET_MASK = '[secret]';
/** What stands there for a JSON Web Token: LiveKit's replies repeat them. */
export const JWT_MASK = '[jwt]';

/** What may be a JSON Web Token, or have one in it, whatever stands before it. */
const WORD = /[\w.-]+/g;
const TOKEN_BEGINS = /eyJ[\w-]{8}/;

interface Range {
  readonly from: number;
  readonly to: number;
  readonly mask: string;
}

/**
 * Hides secrets of a known look: JSON Web Tokens, bearers, passwords in URLs, private keys, and what is called a secret by
 * the word before it. Each look is sought in the text as it is, so that none hides the beginning of another. Takes time in
 * proportion to the text's length, whatever is in it.
 */
export function maskSecrets(text: string): string {
  const ranges = [
    ...tokensIn(text),
    ...SECRET_LOOKS.flatMap((look) => secretsIn(text, look)),
    ...NAMED_LOOKS.flatMap((look) => namedIn(text, look)),
  ];
  if (ranges.length === 0) return text;
  ranges.sort((one, other) => one.from - other.from || other.to - one.to);
  const parts: string[] = [];
  let done = 0;
  let hidden: Range | undefined;
  const close = (): void => {
    if (hidden === undefined) return;
    parts.push(text.slice(done, hidden.from), hidden.mask);
    done = hidden.to;
  };
  for (const range of ranges) {
    if (hidden === undefined || range.from > hidden.to) {
      close();
      hidden = range;
    } else if (range.to > hidden.to) hidden = { from: hidden.from, to: range.to, mask: SECRET_MASK };
    else if (range.mask === JWT_MASK && range.from === hidden.from && range.to === hidden.to) hidden = range;
  }
  close();
  return parts.join('') + text.slice(done);
}

function secretsIn(text: string, look: RegExp): Range[] {
  return Array.from(text.matchAll(look), ({ 0: whole, 1: kept = '', index }) => ({
    from: index + kept.length,
    to: index + whole.length,
    mask: SECRET_MASK,
  }));
}

function namedIn(text: string, { name, value, mayNest }: NamedLook): Range[] {
  const ranges: Range[] = [];
  let to = 0;
  for (const { 0: found, index } of text.matchAll(name)) {
    const from = index + found.length;
    // Inside another value, which ends where this one would.
    if (from < to && !mayNest) continue;
    value.lastIndex = from;
    const [hidden] = value.exec(text) ?? [];
    if (hidden === undefined) continue;
    to = from + hidden.length;
    ranges.push({ from, to, mask: SECRET_MASK });
  }
  return ranges;
}

/** The rest of the word goes with the token. */
function tokensIn(text: string): Range[] {
  const ranges: Range[] = [];
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const at = word.search(TOKEN_BEGINS);
    if (at !== -1 && word.includes('.', at)) ranges.push({ from: index + at, to: index + word.length, mask: JWT_MASK });
  }
  return ranges;
}
