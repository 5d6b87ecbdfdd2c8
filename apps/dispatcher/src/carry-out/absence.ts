/** Tells somebody who is gone from somebody whom one look missed. */
export interface Absence {
  /** Notes a look; whether every look has missed them for long enough, and more than one did. */
  isLong(isMissing: boolean): boolean;
  /** A look that was not answered says nothing, and a server that comes back needs time to know who is there. */
  forget(): void;
}

/** A server that comes back is given this many times as long to know who is there. */
const AFTER_SILENCE = 5;

/** `ms`: how long they must have been missing. */
export function createAbsence(ms: number): Absence {
  let since: number | undefined;
  let patience = ms;
  return {
    isLong(isMissing) {
      if (!isMissing) {
        since = undefined;
        patience = ms;
        return false;
      }
      if (since === undefined) {
        since = performance.now();
        return false;
      }
      return performance.now() - since >= patience;
    },
    forget() {
      since = undefined;
      patience = ms * AFTER_SILENCE;
    },
  };
}
