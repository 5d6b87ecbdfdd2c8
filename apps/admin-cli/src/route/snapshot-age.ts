import type { ExplainRouteResponse } from '@dialplane/contracts';

import { refused } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';

type Aged = Pick<ExplainRouteResponse, 'snapshotAge' | 'isExpired'>;

/** A router that reaches its database has it confirmed every two seconds. */
const USUAL_MOST_SECONDS = 10;

/** The age of the router's configuration in seconds; null when the router does not say. */
export const ageSecondsOf = ({ snapshotAge }: Pick<Aged, 'snapshotAge'>): number | null =>
  snapshotAge === undefined ? null : snapshotAge.seconds + snapshotAge.nanos / 1e9;

/** The age for people, and what an unusual one means. */
export function ageText(seconds: number): string {
  const age = `${seconds.toFixed(1)} s`;
  return seconds <= USUAL_MOST_SECONDS ? age : `${age}: the router does not reach its database`;
}

/** What is to be said of a router whose configuration is too old for RouteCall; undefined when it is not. */
export function expiryOf(aged: Aged): Refusal | undefined {
  if (!aged.isExpired) return undefined;
  const seconds = ageSecondsOf(aged) ?? 0;
  return refused(
    'snapshot_expired',
    `This router answers no call: its configuration was last confirmed ${seconds.toFixed(0)} s ago, longer than its SNAPSHOT_MAX_AGE.`,
    "Check the router's DATABASE_URL and the PostgreSQL server; or ask another router: --router <host:port>",
  );
}
