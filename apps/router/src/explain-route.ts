import { enumKey, Fault, RejectionReason, StepOutcome } from '@dialplane/contracts';
import type { ExplainRouteRequest, ExplainRouteResponse, TraceStep as TraceStepMessage } from '@dialplane/contracts';
import { invalidArgument } from '@dialplane/grpc';
import type { CallContext } from '@dialplane/grpc';
import { REJECTIONS } from '@dialplane/routing';
import type { RouteRequest, RoutingView, TraceStep } from '@dialplane/routing';
import { MAX_RULES_LENGTH, readRulesText } from '@dialplane/tenancy';

import { awaitVersion, isAsNewAs, snapshotTooOld } from './await-version.ts';
import { decideRequest } from './decide-request.ts';
import type { DecideParts } from './decide-request.ts';
import { readRequest } from './read-request.ts';
import { toRouteCallResponse } from './to-route-call-response.ts';
import { withRules } from './with-rules.ts';

/** The moments that a call can be explained at, in milliseconds since 1970: up to the year 2200. */
const AT_MAX = Date.UTC(2200, 0);

/**
 * Router.ExplainRoute: the same decision as RouteCall's, with every step that led to it. It answers however old the
 * snapshot is, and says how old, and whether that is too old for RouteCall.
 */
export async function explainRoute(
  parts: DecideParts,
  { request: written, at, proposedRules }: ExplainRouteRequest,
  context: CallContext,
): Promise<ExplainRouteResponse> {
  if (written === undefined) throw invalidArgument([{ field: 'request', description: 'is required' }]);
  const { request, wanted } = readRequest(written);
  const now = readMoment(at);
  const propose = readProposal(proposedRules, request);
  const { feed } = parts;
  if (wanted !== undefined && !isAsNewAs(feed.current(), wanted)) {
    const outcome = await awaitVersion(feed, wanted, context);
    if (outcome !== 'reached') throw snapshotTooOld(feed.current(), wanted, outcome);
  }
  const trace: TraceStep[] = [];
  const ageMs = feed.ageMs();
  const decided = decideRequest({ view: propose(feed.current()), now, tooOldAt: Infinity }, request, parts, trace);
  return {
    response: toRouteCallResponse(decided),
    trace: trace.map(toMessage),
    snapshotAge: { seconds: Math.floor(ageMs / 1_000), nanos: Math.floor((ageMs % 1_000) * 1_000_000) },
    isExpired: ageMs > parts.maxAgeMs,
  };
}

function readMoment(at: Date | undefined): number {
  if (at === undefined) return Date.now();
  const ms = at.getTime();
  if (!(ms >= 0 && ms <= AT_MAX)) throw invalidArgument([{ field: 'at', description: 'must be from 1970 to 2200' }]);
  return ms;
}

function readProposal(text: string, request: RouteRequest): (view: RoutingView) => RoutingView {
  if (text === '') return (view) => view;
  const refuse = (description: string) => invalidArgument([{ field: 'proposed_rules', description }]);
  if (text.length > MAX_RULES_LENGTH) throw refuse(`are longer than ${MAX_RULES_LENGTH} characters`);
  if (!/^\s*\{/.test(text)) throw refuse('must be a JSON object');
  const rules = readRulesText(text);
  if (rules.kind === 'problem') throw refuse(rules.problem);
  return (view) => withRules(view, request.fromNumber, rules);
}

function toMessage({ step, outcome, lookedAt, concluded, refusal }: TraceStep): TraceStepMessage {
  return {
    step,
    outcome: StepOutcome[enumKey(outcome)],
    lookedAt,
    concluded,
    reason: refusal === undefined ? RejectionReason.UNSPECIFIED : RejectionReason[enumKey(refusal.reason)],
    fault: refusal === undefined ? Fault.UNSPECIFIED : Fault[enumKey(REJECTIONS[refusal.reason])],
    hint: refusal?.hint ?? '',
  };
}
