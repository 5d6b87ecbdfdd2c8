/** A length as the contract sends it. */
interface Length {
  readonly seconds: number;
  readonly nanos: number;
}

/** Milliseconds; null: not known. */
export const toMs = (length: Length | undefined): number | null =>
  length === undefined ? null : length.seconds * 1000 + Math.round(length.nanos / 1_000_000);

/** Milliseconds between two moments; null when one of them is not known, never below 0. */
export function msBetween(from: Date | undefined, to: Date | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.max(0, to.getTime() - from.getTime());
}

/** A length as people read it: `4.5 s`, `12 min 3 s`, `1 h 0 min 3 s`. */
export function spanText(ms: number | null): string | null {
  if (ms === null) return null;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${h === 0 ? '' : `${h} h `}${min} min ${s} s`;
}
