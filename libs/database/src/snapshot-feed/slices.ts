import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long work that has no hurry keeps the event loop, in milliseconds. */
export const SLICE_MS = 2;
/** Looking at the clock costs as much as a tenth of a row. */
const ROWS_BETWEEN_LOOKS = 16;

/** Lets others have their turn when a slice is used up: call it after each row, and await what it returns. */
export type Pause = () => Promise<void> | undefined;

export function slices(sliceMs = SLICE_MS): Pause {
  let began = performance.now();
  let rows = 0;
  return () => {
    if (++rows % ROWS_BETWEEN_LOOKS !== 0 || performance.now() - began < sliceMs) return undefined;
    return nextTurn().then(() => void (began = performance.now()));
  };
}
