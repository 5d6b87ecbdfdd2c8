import type { SnapshotFeed } from '@dialplane/database';
import type { Logger } from '@dialplane/telemetry';

/** How often the age is looked at; it changes slowly. */
const LOOK_EVERY_MS = 250;

/**
 * Says whenever the snapshot becomes too old to route from, and when it is confirmed again. Returns how to stop
 * looking. `maxAgeMs` Infinity: never.
 */
export function watchAge(
  feed: Pick<SnapshotFeed, 'ageMs'>,
  maxAgeMs: number,
  logger: Logger,
  setServing: (isServing: boolean) => void,
): () => void {
  if (maxAgeMs === Infinity) return () => undefined;
  let wasServing = true;
  const look = (): void => {
    const isServing = feed.ageMs() <= maxAgeMs;
    if (isServing === wasServing) return;
    wasServing = isServing;
    setServing(isServing);
    if (isServing) logger.info('the configuration is confirmed again: SERVING');
    else logger.error({ maxAgeMs }, 'the configuration is older than SNAPSHOT_MAX_AGE: NOT_SERVING, no call is routed');
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
