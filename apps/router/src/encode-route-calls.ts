import { Rejection, RpcStatus } from '@dialplane/contracts';
import { StatusError, toRpcStatus } from '@dialplane/grpc';

import type { DecidedRequest } from './decide-request.ts';
import { ReverseWriter } from './reverse-writer.ts';
import { toRejection } from './to-rejection.ts';
import { writeRoute } from './write-route.ts';

/** What became of one item of a batch: what RouteCall would have answered, or failed with. */
export interface ItemResult {
  readonly id: string;
  readonly outcome: DecidedRequest | StatusError;
}

const writer = new ReverseWriter();
const RESULTS = (1 << 3) | 2;
/** The fields of RouteCallsResult, each with a length. */
const RESULT = { id: (1 << 3) | 2, route: (2 << 3) | 2, rejection: (3 << 3) | 2, error: (4 << 3) | 2 };

/** The bytes of RouteCalls's reply to one message. */
export function encodeRouteCalls(results: readonly ItemResult[]): Buffer {
  writer.clear();
  for (let index = results.length - 1; index >= 0; index--) {
    const result = results[index];
    if (result === undefined) continue;
    const before = writer.size;
    writeOutcome(result.outcome);
    writer.string(RESULT.id, result.id);
    writer.message(RESULTS, before);
  }
  return writer.finish();
}

function writeOutcome(outcome: ItemResult['outcome']): void {
  if (outcome instanceof StatusError) return writer.raw(RESULT.error, RpcStatus.encode(toRpcStatus(outcome)).finish());
  const { decision, snapshotVersion } = outcome;
  if (decision.kind === 'rejected')
    return writer.raw(RESULT.rejection, Rejection.encode(toRejection(decision, snapshotVersion)).finish());
  const before = writer.size;
  writeRoute(writer, decision, snapshotVersion);
  writer.message(RESULT.route, before);
}
