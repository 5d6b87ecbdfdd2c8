import { stripVTControlCharacters, styleText } from 'node:util';

/** Text is built with colours; whoever prints it takes them away where they are not wanted. */
export const bold = (text: string): string => styleText('bold', text, { validateStream: false });
export const dim = (text: string): string => styleText('dim', text, { validateStream: false });

export const TICK = styleText('green', '✓', { validateStream: false });
export const CROSS = styleText('red', '✗', { validateStream: false });
export const DASH = styleText('dim', '–', { validateStream: false });
export const WARNING = styleText('yellow', '!', { validateStream: false });

/**
 * A value from outside as it may be shown: control and direction characters become escapes, so that nobody's
 * name for a tenant can move the cursor or recolour the terminal.
 */
export function visible(value: unknown): string {
  return String(value).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

type Cell = string | number | null | undefined;

const shown = (cell: Cell): string => (cell === null || cell === undefined || cell === '' ? dim('–') : visible(cell));

/** What a terminal shows in two columns, and what it shows in none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/gu;
const WIDTHLESS = /\p{Mn}|\p{Me}/gu;
const GAP = '  ';

/** Columns that a terminal shows the text in, without its colours. */
function widthOf(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length;
  return [...plain.replace(WIDTHLESS, '').replace(WIDE, '  ')].length;
}

/** Takes time in proportion to the rows: a list may have a million. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  const measured = rows.map((row) =>
    row.map((text, column) => {
      const width = widthOf(text);
      widths[column] = Math.max(widths[column] ?? 0, width);
      return { text, width };
    }),
  );
  return measured
    .map((row) =>
      row
        .map(({ text, width }, column) => text + ' '.repeat((widths[column] ?? width) - width))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values below each other, indented; several blocks have the same columns. */
export function fields(...blocks: Readonly<Record<string, Cell>>[]): string {
  const rows = blocks.flatMap((values) => Object.entries(values)).map(([name, value]) => [dim(name), shown(value)]);
  return aligned(rows)
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

/** A list with a heading; `whenEmpty` says what to do when there is nothing. */
export function list(head: readonly string[], rows: readonly (readonly Cell[])[], whenEmpty: string): string {
  if (rows.length === 0) return dim(whenEmpty);
  return aligned([head.map((name) => dim(name)), ...rows.map((row) => row.map(shown))]);
}
