/** Many times what our files have. The parser calls itself for every level, and ends the process when it cannot. */
const MAX_DEPTH = 100;

/**
 * Whether the text may be nested more deeply than that: never too few levels are counted, and too many only where
 * texts in quotes hold brackets without end.
 */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '[' || character === '{') depth += 1;
    else if (depth > 0 && (character === ']' || character === '}')) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  // A level of a block takes a column at least.
  return LONG_INDENT.test(text);
}

const LONG_INDENT = new RegExp(`^[ \\t?:-]{${MAX_DEPTH + 1}}`, 'm');
