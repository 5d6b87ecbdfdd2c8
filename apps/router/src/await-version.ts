import { StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';
import { parseSnapshotVersion } from '@dialplane/routing';
import type { RoutingView, SnapshotVersion } from '@dialplane/routing';

import type { BoundWaits, Reached } from './bound-waits.ts';

/** How long a version is waited for when the caller sets no deadline, in milliseconds. */
const VERSION_WAIT_MS = 5_000;
/** However far off the deadline is: timers count no further than 24.8 days. */
const LONGEST_WAIT_MS = 600_000;
/** What is kept of the caller's deadline for the reply itself. */
const REPLY_RESERVE_MS = 100;

/** Whether the snapshot is of the wanted version, or a later one of its epoch. */
export function isAsNewAs({ snapshotVersion }: RoutingView, wanted: SnapshotVersion): boolean {
  const current = parseSnapshotVersion(snapshotVersion);
  return current?.epoch === wanted.epoch && current.version >= wanted.version;
}

/** Whether the snapshot is of the wanted version's epoch. */
export function isOfEpoch({ snapshotVersion }: RoutingView, { epoch }: SnapshotVersion): boolean {
  return parseSnapshotVersion(snapshotVersion)?.epoch === epoch;
}

/** Waits until the snapshot is as new as wanted, or it is clear that it will not be, or the deadline is near. */
export function awaitVersion(
  feed: Pick<BoundWaits, 'reached'>,
  wanted: SnapshotVersion,
  { deadline, signal }: Pick<CallContext, 'deadline' | 'signal'>,
): Promise<Reached> {
  const patienceMs = deadline === undefined ? VERSION_WAIT_MS : deadline.getTime() - REPLY_RESERVE_MS - Date.now();
  return feed.reached(wanted, AbortSignal.any([signal, AbortSignal.timeout(clamped(patienceMs))]));
}

function clamped(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_WAIT_MS);
}

/** The refusal of a request whose version has not come; it names both. */
export function snapshotTooOld(
  { snapshotVersion: current }: RoutingView,
  wanted: SnapshotVersion,
  outcome: Reached,
): StatusError {
  const asked = `${wanted.epoch}.${wanted.version}`;
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'SNAPSHOT_TOO_OLD',
    message: `The configuration is at ${current}; ${asked} was asked for.`,
    fault: 'dialplane',
    retryable: outcome !== 'other_epoch',
    hint: HINTS[outcome],
    metadata: { current_snapshot_version: current, min_snapshot_version: asked },
  });
}

const LATER = 'Ask again later, or with a longer deadline.';
const HINTS: Readonly<Record<Reached, string>> = {
  reached: LATER,
  gave_up: LATER,
  other_epoch:
    'The database has been restored or promoted since: drop min_snapshot_version, or take a new one from a reply.',
  stopping: 'The router is shutting down: ask another, or again.',
  too_many: 'As many calls wait for a version as may: ask again later, or another router.',
};
