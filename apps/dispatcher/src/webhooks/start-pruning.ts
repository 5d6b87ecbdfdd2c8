import type { WebhookStore } from '@dialplane/calls';
import type { Logger } from '@dialplane/telemetry';

/** Webhooks are of use while their call goes on, and to whoever asks soon after why it ended: seven days. */
const KEEP_MS = 7 * 24 * 60 * 60 * 1_000;
const BATCH = 500;
const EVERY_MS = 60 * 60 * 1_000;
/** Between two batches, so that nobody else waits for the database. */
const PAUSE_MS = 200;

export interface PruningParts {
  readonly webhooks: Pick<WebhookStore, 'prune'>;
  readonly logger: Logger;
  /** Between two looks, in milliseconds, up to a third more or less: replicas do not look all at once. */
  readonly everyMs?: number;
}

/** Forgets old webhooks now and then, a few at a time. Any number of processes may do it at once. */
export function startPruning({ webhooks, logger, everyMs = EVERY_MS }: PruningParts): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let wake = (): void => undefined;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (stopping.signal.aborted) return resolve();
      const timer = setTimeout(resolve, ms);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const prune = async (): Promise<void> => {
    let total = 0;
    for (let pruned = BATCH; pruned >= BATCH && !stopping.signal.aborted; await pause(PAUSE_MS)) {
      pruned = await webhooks.prune(KEEP_MS, BATCH);
      total += pruned;
    }
    if (total > 0) logger.info({ webhooks: total }, 'old webhooks were forgotten');
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(everyMs * (1 + (Math.random() - 0.5) / 1.5));
      if (stopping.signal.aborted) return;
      await prune().catch((error: unknown) => logger.warn({ err: error }, 'old webhooks could not be forgotten yet'));
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}
