import { setImmediate as nextTurn } from 'node:timers/promises';

import type { RouteCallsItem, RouteCallsRequest } from '@dialplane/contracts';
import { invalidArgument, StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';
import { parseSnapshotVersion } from '@dialplane/routing';
import type { SnapshotVersion } from '@dialplane/routing';

import { awaitVersion, isAsNewAs, isOfEpoch, snapshotTooOld } from './await-version.ts';
import type { Reached } from './bound-waits.ts';
import { decideRequest, takeBasis } from './decide-request.ts';
import type { ItemResult } from './encode-route-calls.ts';
import { readRequest } from './read-request.ts';
import type { ReadRequest } from './read-request.ts';
import type { RouteCallParts } from './route-call.ts';

export const MAX_REQUESTS_PER_MESSAGE = 1_000;
const MAX_ID_BYTES = 64;
/** How long one message keeps others from their turn, and between how many decisions the clock is looked at. */
const SLICE_MS = 5;
const DECISIONS_BETWEEN_LOOKS = 16;

/**
 * Router.RouteCalls: answers one message. All of its requests are decided on one snapshot, of the newest version
 * that any of them asks for. What RouteCall would have failed with is the one item's own error.
 */
export function routeCalls(
  parts: RouteCallParts,
  { requests }: RouteCallsRequest,
  context: CallContext,
): readonly ItemResult[] | Promise<readonly ItemResult[]> {
  checkBatch(requests);
  const items = requests.map(readItem);
  if (versionMissing(parts, items) === undefined) return decideItems(parts, items, context);
  return awaitVersions(parts, items, context).then((outcome) => decideItems(parts, items, context, outcome));
}

interface ReadItem {
  readonly id: string;
  readonly read: ReadRequest | StatusError;
}

function checkBatch(requests: readonly RouteCallsItem[]): void {
  if (requests.length === 0 || requests.length > MAX_REQUESTS_PER_MESSAGE) {
    const description = `must be 1 to ${MAX_REQUESTS_PER_MESSAGE}, not ${requests.length}`;
    throw invalidArgument([{ field: 'requests', description }]);
  }
  const long = requests.findIndex(({ id }) => id.length * 3 > MAX_ID_BYTES && Buffer.byteLength(id) > MAX_ID_BYTES);
  if (long >= 0)
    throw invalidArgument([{ field: `requests[${long}].id`, description: `is longer than ${MAX_ID_BYTES} bytes` }]);
}

function readItem({ id, request }: RouteCallsItem): ReadItem {
  if (request === undefined) return { id, read: invalidArgument([{ field: 'request', description: 'is required' }]) };
  return { id, read: orRefusal(() => readRequest(request)) };
}

/** The newest version that is asked for and not there yet, of another epoch than the current one first. */
function versionMissing({ feed }: RouteCallParts, items: readonly ReadItem[]): SnapshotVersion | undefined {
  const current = parseSnapshotVersion(feed.current().snapshotVersion)?.epoch;
  let newest: SnapshotVersion | undefined;
  for (const { read } of items) {
    if (read instanceof StatusError || read.wanted === undefined || isAsNewAs(feed.current(), read.wanted)) continue;
    const { wanted } = read;
    if (wanted.epoch !== current) return wanted;
    if (newest === undefined || newest.version < wanted.version) newest = wanted;
  }
  return newest;
}

/**
 * Waits for what is missing, one version at a time. Any version of another epoch tells as much as all of them: what
 * epoch the database is of.
 */
async function awaitVersions(parts: RouteCallParts, items: readonly ReadItem[], context: CallContext): Promise<Waited> {
  const first = versionMissing(parts, items);
  if (first === undefined) return { own: 'reached', other: 'reached' };
  const outcome = await awaitVersion(parts.feed, first, context);
  if (outcome !== 'other_epoch') return { own: outcome, other: outcome === 'reached' ? 'other_epoch' : outcome };
  const { epoch } = parseSnapshotVersion(parts.feed.current().snapshotVersion) ?? first;
  const own = items.filter(({ read }) => !(read instanceof StatusError) && read.wanted?.epoch === epoch);
  const next = versionMissing(parts, own);
  return { own: next === undefined ? 'reached' : await awaitVersion(parts.feed, next, context), other: outcome };
}

/** What became of waiting for versions of the database's epoch, and of others. */
interface Waited {
  readonly own: Reached;
  readonly other: Reached;
}

/** At once when it takes no longer than a slice; the basis is the same for all of them in any case. */
function decideItems(
  parts: RouteCallParts,
  items: readonly ReadItem[],
  { logger, signal }: CallContext,
  waited: Waited = { own: 'gave_up', other: 'gave_up' },
): ItemResult[] | Promise<ItemResult[]> {
  const basis = orRefusal(() => takeBasis(parts));
  const decide = ({ id, read }: ReadItem): ItemResult => {
    if (read instanceof StatusError) return { id, outcome: read };
    if (basis instanceof StatusError) return { id, outcome: basis };
    const { request, wanted } = read;
    if (wanted !== undefined && !isAsNewAs(basis.view, wanted))
      return {
        id,
        outcome: snapshotTooOld(basis.view, wanted, waited[isOfEpoch(basis.view, wanted) ? 'own' : 'other']),
      };
    const outcome = orRefusal(() => decideRequest(basis, request, parts));
    if (!(outcome instanceof StatusError)) parts.record(outcome.decision, logger);
    return { id, outcome };
  };
  const results: ItemResult[] = [];
  const isDoneInASlice = (): boolean => {
    const end = performance.now() + SLICE_MS;
    for (const item of items.slice(results.length)) {
      results.push(decide(item));
      if (results.length % DECISIONS_BETWEEN_LOOKS === 0 && performance.now() >= end) break;
    }
    return results.length === items.length;
  };
  const decideOthers = async (): Promise<ItemResult[]> => {
    do {
      await nextTurn();
      signal.throwIfAborted();
    } while (!isDoneInASlice());
    return results;
  };
  return isDoneInASlice() ? results : decideOthers();
}

function orRefusal<T>(work: () => T): T | StatusError {
  try {
    return work();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
}
