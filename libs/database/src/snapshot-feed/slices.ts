import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work that has no hurry keeps the event loop, in milliseconds. */
export const SLICE_MS = 2;
/** Looking at the clock costs as much as a tenth of a small row. */
const ROWS_BETWEEN_LOOKS = 16;
/** A row of so many characters may take as long as many small ones: the JSON of some tables is read when it is put. */
const CHARACTERS_BETWEEN_LOOKS = 2_048;

/**
 * Lets others have their turn when a slice is used up: call it after each row with how many characters that had, and
 * await what it returns.
 */
export type Pause = (characters?: number) => Promise<void> | undefined;

export function slices(sliceMs = SLICE_MS): Pause {
  let began = performance.now();
  let rows = 0;
  let sum = 0;
  return (characters = 0) => {
    rows++;
    sum += characters;
    if (rows < ROWS_BETWEEN_LOOKS && sum < CHARACTERS_BETWEEN_LOOKS) return undefined;
    rows = sum = 0;
    if (performance.now() - began < sliceMs) return undefined;
    return nextTurn().then(() => void (began = performance.now()));
  };
}
