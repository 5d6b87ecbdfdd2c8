import { DroppedCall } from './dropped-call.ts';

/** How the work on a call goes on: all its waiting ends, by a DroppedCall, when the call is lost. */
export interface Pace {
  /** Waits, but no longer than until it is woken. */
  sleep(ms: number): Promise<void>;
  /** Ends the sleep, or spares the next one. */
  wake(): void;
  /** Throws a DroppedCall when the call is lost, or the process stops and nothing critical is under way. */
  throwIfLetGo(): void;
  /** Does what must not be interrupted by the process's stop. */
  critically<T>(work: () => Promise<T>): Promise<T>;
  /** The process stops: the call is let go of as soon as nothing critical is under way. */
  retire(): void;
  isRetiring(): boolean;
}

/** `lost`: aborted with a DroppedCall when the call's lease is lost. */
export function createPace(lost: AbortSignal): Pace {
  let retiring = false;
  let criticals = 0;
  let isDue = false;
  const keepAwake = (): void => void (isDue = true);
  let wakeUp = keepAwake;
  const wake = (): void => wakeUp();
  lost.addEventListener('abort', wake, { once: true });

  return {
    wake,
    async sleep(ms) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
        if (lost.aborted || isDue) wakeUp();
      });
      isDue = false;
      wakeUp = keepAwake;
      lost.throwIfAborted();
    },
    throwIfLetGo() {
      lost.throwIfAborted();
      if (retiring && criticals === 0) throw new DroppedCall('the process stops');
    },
    async critically(work) {
      criticals++;
      try {
        return await work();
      } finally {
        criticals--;
      }
    },
    retire() {
      retiring = true;
      wake();
    },
    isRetiring: () => retiring,
  };
}
