/** Preloaded into a dispatcher: its process's clock is ahead of the machine's by CLOCK_SHIFT_MS. */
const shiftMs = Number(process.env.CLOCK_SHIFT_MS);
if (!Number.isFinite(shiftMs) || shiftMs === 0) throw new Error('CLOCK_SHIFT_MS has to move the clock.');

const RealDate = Date;
globalThis.Date = class ShiftedDate extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    // The components of a moment come in the same way.
    else super(...(given as [number]));
  }
  static override now(): number {
    return RealDate.now() + shiftMs;
  }
} as DateConstructor;
