import { setImmediate as nextTurn } from 'node:timers/promises';

import type { RouteCallsItem, RouteCallsRequest } from '@dialplane/contracts';
import { invalidArgument, StatusError } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';
import type { SnapshotVersion } from '@dialplane/routing';

import { awaitVersion, isAsNewAs, snapshotTooOld } from './await-version.ts';
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
  const missing = versionsMissing(parts, items);
  if (missing.length === 0) return decideItems(parts, items, context);
  return Promise.all(missing.map((wanted) => awaitVersion(parts.feed, wanted, context))).then((outcomes) => {
    const otherEpochs = missing.filter((_, index) => outcomes[index] === 'other_epoch').map(({ epoch }) => epoch);
    return decideItems(parts, items, context, new Set(otherEpochs));
  });
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

/** The newest version of each epoch that is asked for and not there yet. */
function versionsMissing({ feed }: RouteCallParts, items: readonly ReadItem[]): SnapshotVersion[] {
  const newest = new Map<string, SnapshotVersion>();
  for (const { read } of items) {
    if (read instanceof StatusError || read.wanted === undefined) continue;
    const { wanted } = read;
    if ((newest.get(wanted.epoch)?.version ?? -1) < wanted.version) newest.set(wanted.epoch, wanted);
  }
  return [...newest.values()].filter((wanted) => !isAsNewAs(feed.current(), wanted));
}

/** At once when it takes no longer than a slice; the basis is the same for all of them in any case. */
function decideItems(
  parts: RouteCallParts,
  items: readonly ReadItem[],
  { logger, signal }: CallContext,
  otherEpochs?: ReadonlySet<string>,
): ItemResult[] | Promise<ItemResult[]> {
  const basis = orRefusal(() => takeBasis(parts));
  const decide = ({ id, read }: ReadItem): ItemResult => {
    if (read instanceof StatusError) return { id, outcome: read };
    if (basis instanceof StatusError) return { id, outcome: basis };
    const { request, wanted } = read;
    if (wanted !== undefined && !isAsNewAs(basis.view, wanted))
      return { id, outcome: snapshotTooOld(basis.view, wanted, otherEpochs?.has(wanted.epoch) ?? false) };
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
