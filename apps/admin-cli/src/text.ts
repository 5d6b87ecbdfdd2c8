import { styleText } from 'node:util';

import Table from 'cli-table3';

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

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

function aligned(rows: readonly (readonly string[])[]): string {
  const table = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Names and values below each other, indented. */
export function fields(values: Readonly<Record<string, Cell>>): string {
  const rows = Object.entries(values).map(([name, value]) => [dim(name), shown(value)]);
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
