import type { Database } from '../open-database.ts';

/** How long ago webhooks of a deployment came, in seconds by the database's clock; null: none that is still kept. */
export interface WebhookAge {
  /** The last one that was signed with a key of an active LiveKit config. */
  readonly secondsAgo: number | null;
  /** The last one that counted for a call. */
  readonly countedSecondsAgo: number | null;
}

/** Tells operators whether webhooks come, and nothing of what is in them. */
export interface WebhookAges {
  /** In the order of the origins. */
  of(origins: readonly string[]): Promise<readonly WebhookAge[]>;
}

export function createWebhookAges(db: Database): WebhookAges {
  return {
    of: async (origins) => {
      const rows = await db.query<{ origin: string } & WebhookAge>(
        null,
        `SELECT origin, seconds_ago AS "secondsAgo", counted_seconds_ago AS "countedSecondsAgo"
         FROM "${db.schema}".last_livekit_webhooks($1)`,
        [origins],
      );
      const known = new Map(
        rows.map(({ origin, secondsAgo, countedSecondsAgo }) => [origin, { secondsAgo, countedSecondsAgo }]),
      );
      return origins.map((origin) => known.get(origin) ?? { secondsAgo: null, countedSecondsAgo: null });
    },
  };
}
