import type { RouteCallRequest } from '@dialplane/contracts';
import type { CallContext } from '@dialplane/grpc';
import type { Decision } from '@dialplane/routing';

import { awaitVersion, isAsNewAs, snapshotTooOld } from './await-version.ts';
import { decideRequest, takeBasis } from './decide-request.ts';
import type { DecidedRequest, DecideParts } from './decide-request.ts';
import { readRequest } from './read-request.ts';

export interface RouteCallParts extends DecideParts {
  /** Is told every decision that goes out. */
  readonly record: (decision: Decision, logger: CallContext['logger']) => void;
}

/** Router.RouteCall: where a call goes, or why it goes nowhere. Answers at once, unless it has to wait for a version. */
export function routeCall(
  parts: RouteCallParts,
  written: RouteCallRequest,
  context: CallContext,
): DecidedRequest | Promise<DecidedRequest> {
  const { request, wanted } = readRequest(written);
  const decide = (): DecidedRequest => {
    const decided = decideRequest(takeBasis(parts), request, parts);
    parts.record(decided.decision, context.logger);
    return decided;
  };
  if (wanted === undefined || isAsNewAs(parts.feed.current(), wanted)) return decide();
  return awaitVersion(parts.feed, wanted, context).then((outcome) => {
    if (outcome !== 'reached') throw snapshotTooOld(parts.feed.current(), wanted, outcome);
    return decide();
  });
}
