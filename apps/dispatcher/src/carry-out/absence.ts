/** Tells somebody who is gone from somebody whom one look missed. */
export interface Absence {
  /** Notes a look. */
  note(isMissing: boolean): void;
  /** Whether every look has missed them for long enough, and more than one did. */
  isLong(): boolean;
  /** A look that was not answered says nothing, and a server that comes back needs time to know who is there. */
  forget(): void;
}

/** A server that comes back is given this many times as long to know who is there. */
const AFTER_SILENCE = 5;

/** `ms`: how long they must have been missing. */
export function createAbsence(ms: number): Absence {
  let first: number | undefined;
  let last: number | undefined;
  let patience = ms;
  const begin = (newPatience: number): void => {
    first = last = undefined;
    patience = newPatience;
  };
  return {
    note(isMissing) {
      if (!isMissing) return begin(ms);
      last = performance.now();
      first ??= last;
    },
    isLong: () => first !== undefined && last !== undefined && last > first && last - first >= patience,
    forget: () => begin(ms * AFTER_SILENCE),
  };
}
