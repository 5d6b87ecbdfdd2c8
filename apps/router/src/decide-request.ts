import type { SnapshotFeed } from '@dialplane/database';
import { invalidArgument, StatusError } from '@dialplane/grpc';
import { callerConflict, decideRoute } from '@dialplane/routing';
import type { Decision, EnvironmentFallback, RouteRequest, RoutingView, TraceStep } from '@dialplane/routing';

import type { BoundWaits } from './bound-waits.ts';

/** What decisions are made from. */
export interface DecideParts {
  readonly feed: Pick<SnapshotFeed, 'current' | 'ageMs'> & Pick<BoundWaits, 'reached'>;
  /** The age of the snapshot beyond which no call is routed, in milliseconds; Infinity: none is too old. */
  readonly maxAgeMs: number;
  /** Undefined unless an operator switched it on. */
  readonly environmentFallback: EnvironmentFallback | undefined;
}

/** A moment and the configuration at it: what the requests of one message are decided on. */
export interface Basis {
  readonly view: RoutingView;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** When the configuration becomes too old, unless it is confirmed before; milliseconds since 1970, or Infinity. */
  readonly tooOldAt: number;
}

export interface DecidedRequest {
  readonly decision: Decision;
  /** `<epoch>.<version>`. */
  readonly snapshotVersion: string;
}

/** What to decide on now; throws SNAPSHOT_EXPIRED when the configuration is older than the operator lets it be. */
export function takeBasis({ feed, maxAgeMs }: DecideParts): Basis {
  const now = Date.now();
  if (maxAgeMs === Infinity) return { view: feed.current(), now, tooOldAt: Infinity };
  const ageMs = feed.ageMs();
  if (ageMs > maxAgeMs) throw expired(ageMs, maxAgeMs);
  return { view: feed.current(), now, tooOldAt: Math.ceil(now + maxAgeMs - ageMs) };
}

/** Decides; throws INVALID_ARGUMENT when the request names a user and another tenant. */
export function decideRequest(
  { view, now, tooOldAt }: Basis,
  request: RouteRequest,
  { environmentFallback }: Pick<DecideParts, 'environmentFallback'>,
  trace?: TraceStep[],
): DecidedRequest {
  const conflict = callerConflict(view, request);
  if (conflict !== undefined) throw invalidArgument([conflict]);
  const { snapshotVersion } = view;
  const decision = decideRoute(view, request, { now, environmentFallback, trace });
  if (decision.kind === 'rejected' || decision.expiresAt <= tooOldAt) return { decision, snapshotVersion };
  return { decision: { ...decision, expiresAt: tooOldAt }, snapshotVersion };
}

function expired(ageMs: number, maxAgeMs: number): StatusError {
  const [age, most] = [ageMs, maxAgeMs].map((ms) => Math.round(ms / 1_000));
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'SNAPSHOT_EXPIRED',
    isTold: true,
    message: `The configuration was last confirmed ${age} s ago; SNAPSHOT_MAX_AGE is ${most} s.`,
    fault: 'dialplane',
    retryable: true,
    hint: 'Ask another router, or later; operators: check DATABASE_URL and the PostgreSQL server.',
  });
}
