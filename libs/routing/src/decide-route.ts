import { applyPolicies } from './apply-policies.ts';
import type { Circumstances } from './circumstances.ts';
import type { Decision, ResolvedNumber, Target } from './decision.ts';
import { lookUpCall } from './look-up-call.ts';
import type { CallableNumber } from './look-ups.ts';
import { listSome } from './policies/list-some.ts';
import { POLICIES } from './policies.ts';
import type { Refusal } from './rejections.ts';
import type { RouteRequest, RoutingView } from './routing-view.ts';
import { toTarget } from './to-target.ts';
import { passed } from './trace-step.ts';

/** A decision holds for five minutes at most: what a caller remembers longer, it should ask again. */
const VALID_FOR_MS = 5 * 60 * 1000;

/** What can be said of a call whose rules, or whose tenant's defaults, cannot be read. */
const POLICIES_WITHOUT_RULES = POLICIES.filter(({ step }) => step === 'do_not_call' || step === 'purpose');

/**
 * Decides where a call goes: user → tenant → agent → number → rules, then each policy in its order. The tenant comes
 * from the user, or from a caller that is trusted to name it; never from the agent or the number. Whether a request
 * that names both means one tenant is for the caller to check, by `view.tenantIdOfUser`.
 */
export function decideRoute(view: RoutingView, request: RouteRequest, circumstances: Circumstances): Decision {
  const { trace } = circumstances;
  const { tenantId, refusal, call, isReadable, note } = lookUpCall(view, request, circumstances);
  if (call === undefined) return reject(refusal, tenantId);

  const applied = applyPolicies(isReadable ? POLICIES : POLICIES_WITHOUT_RULES, call, trace);
  const [best, ...others] = applied.candidates;
  if (refusal !== undefined || best === undefined) return reject(refusal ?? applied.refusal, tenantId);

  const targets: [Target, ...Target[]] = [toTarget(call, best)];
  for (const other of others) targets.push(toTarget(call, other));
  trace?.push(passed('target', 'the ways in their order', listSome(targets, nameTarget, ', then ')));
  return {
    kind: 'routed',
    source: best.from === 'environment' ? 'environment' : 'database',
    tenantId: call.tenant.id,
    number: resolved(call.number),
    targets,
    expiresAt: Math.min(call.now + VALID_FOR_MS, applied.holdsUntil),
    notes: note === undefined ? applied.notes : [note, ...applied.notes],
  };
}

function reject(refusal: Refusal | undefined, tenantId: string | undefined): Decision {
  if (refusal === undefined) throw new Error('A call without a target was not refused');
  return { kind: 'rejected', reason: refusal.reason, message: refusal.message, hint: refusal.hint, tenantId };
}

const resolved = ({ id, baseNumber, countryCode, e164 }: CallableNumber): ResolvedNumber => ({
  id,
  baseNumber,
  countryCode,
  e164,
});

const nameTarget = ({ deployment, sipTrunkId, agentName, callerIdString, dialString }: Target): string =>
  `${deployment} over ${sipTrunkId} to agent ${agentName}, showing ${callerIdString}, dialling ${dialString}`;
