import { isE164 } from '@dialplane/tenancy';

import { readSmallFile } from './read-small-file.ts';
import { badUsage } from './refusal.ts';

/** A million numbers. */
const MAX_BYTES = 16 * 1024 * 1024;
/** Lines that are named when they cannot be used. */
const NAMED_LINES = 5;

/** Reads a file with one number a line; empty lines and what follows a # are passed over. Any bad line refuses it all. */
export async function readNumberList(path: string): Promise<string[]> {
  const unusable = (problem: string) =>
    badUsage(`The file of numbers ${problem}.`, '--file takes a text of at most 16 MiB with one E.164 number a line');
  const reading = await readSmallFile(path, MAX_BYTES);
  if (reading.kind === 'problem') throw unusable(reading.problem);
  const numbers: string[] = [];
  const bad: number[] = [];
  let line = 0;
  for (const text of reading.text.split(/\r?\n/)) {
    line += 1;
    const number = text.replace(/#[^]*$/, '').replace(/^[ \t]+|[ \t]+$/g, '');
    if (number === '') continue;
    if (isE164(number)) numbers.push(number);
    else bad.push(line);
  }
  if (bad.length > 0) {
    const more = bad.length > NAMED_LINES ? ` and ${bad.length - NAMED_LINES} more` : '';
    throw unusable(
      `cannot be used: ${bad.length === 1 ? 'line' : 'lines'} ${bad.slice(0, NAMED_LINES).join(', ')}${more} ${bad.length === 1 ? 'is' : 'are'} not E.164, + and 7 to 15 ASCII digits`,
    );
  }
  if (numbers.length === 0) throw unusable('holds no number');
  return numbers;
}
