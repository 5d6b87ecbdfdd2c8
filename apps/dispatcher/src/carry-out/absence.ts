/** Tells somebody who is gone from somebody whom one look missed. */
export interface Absence {
  /** Notes a look. */
  note(isMissing: boolean): void;
  /** Whether every look has missed them for long enough, and more than one did. */
  isLong(): boolean;
  /**
   * Notes a look that was not answered. It says nothing of them; only after a silence that is longer than the patience
   * the count begins anew, with more patience: a server that comes back needs time to know who is there.
   */
  unanswered(): void;
}

/** A server that comes back is given this many times as long to know who is there. */
const AFTER_SILENCE = 5;

/** `ms`: how long they must have been missing. */
export function createAbsence(ms: number): Absence {
  let first: number | undefined;
  // Whoever looks for the first time does not know for how long there was no answer before.
  let answeredAt = -Infinity;
  let isSilent = false;
  let patience = ms;
  return {
    note(isMissing) {
      const at = performance.now();
      if (isSilent && at - answeredAt > patience) {
        first = undefined;
        patience = ms * AFTER_SILENCE;
      }
      isSilent = false;
      answeredAt = at;
      if (isMissing) first ??= at;
      else {
        first = undefined;
        patience = ms;
      }
    },
    isLong: () => first !== undefined && answeredAt > first && answeredAt - first >= patience,
    unanswered: () => void (isSilent = true),
  };
}
