/** Wakes one sleeper, also one that goes to sleep after it rang. */
export interface Alarm {
  ring(): void;
  /** Resolves when it rings, or after so many milliseconds; Infinity: only when it rings. */
  sleep(ms: number): Promise<void>;
}

export function createAlarm(): Alarm {
  let hasRung = false;
  let wake = (): void => {};
  return {
    ring: () => {
      hasRung = true;
      wake();
    },
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = ms === Infinity ? undefined : setTimeout(() => wake(), ms);
        wake = () => {
          clearTimeout(timer);
          hasRung = false;
          wake = () => {};
          resolve();
        };
        if (hasRung) wake();
      }),
  };
}
