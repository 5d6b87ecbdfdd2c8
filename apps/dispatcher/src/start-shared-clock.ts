import type { Logger } from '@dialplane/telemetry';

/** The clock that all dispatchers share, the database's: what one says that another has to believe goes by it. */
export interface SharedClock {
  /** In milliseconds since 1970. */
  readonly now: () => number;
  readonly stop: () => void;
}

export interface SharedClockParts {
  /** Asks the database, in milliseconds since 1970. */
  readonly read: () => Promise<number>;
  readonly logger: Pick<Logger, 'warn'>;
  /** The pause between two readings, in milliseconds. */
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;
/** A reading that took longer says too little about now. */
const WIDEST_MS = 5_000;
/** From here on this process's own clock is told of: LiveKit's tokens go by it. */
const TOLD_MS = 30_000;

/** Reads the database's clock, and again every minute; in between this process's monotonic one goes on from there. */
export async function startSharedClock({ read, logger, everyMs = EVERY_MS }: SharedClockParts): Promise<SharedClock> {
  const measure = async (): Promise<number> => {
    const before = performance.now();
    const time = await read();
    const after = performance.now();
    if (after - before > WIDEST_MS) throw new Error('The database took too long to tell the time.');
    const begunAt = time - (before + after) / 2;
    const offMs = Math.round(Date.now() - begunAt - after);
    if (Math.abs(offMs) > TOLD_MS) logger.warn({ offMs }, "this process's clock is not the database's");
    return begunAt;
  };
  let begunAt = await measure();
  const timer = setInterval(() => {
    measure().then(
      (measured) => (begunAt = measured),
      (error: unknown) => logger.warn({ err: error }, "the database's clock could not be read"),
    );
  }, everyMs);
  timer.unref();
  return { now: () => begunAt + performance.now(), stop: () => clearInterval(timer) };
}
