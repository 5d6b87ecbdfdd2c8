import type { StepName, TraceStep } from './decision.ts';
import { listSome } from './policies/list-some.ts';
import { nameWay } from './policies/name-way.ts';
import type { Candidate, Dropped, Policy, PolicyResult, RoutingCall } from './policy.ts';
import type { RejectionReason, Refusal } from './rejections.ts';
import { noted, passed, refused } from './trace-step.ts';

export interface Applied {
  /** The first refusal. */
  readonly refusal: Refusal | undefined;
  /** In their order; none when the call is refused. */
  readonly candidates: readonly Candidate[];
  readonly notes: readonly string[];
  /** The first moment at which a policy may come to another result; Infinity when none ever does. */
  readonly holdsUntil: number;
}

const NONE: readonly never[] = Object.freeze([]);

/** What has something to tell even where there is no way to place the call. */
const WITHOUT_WAYS: ReadonlySet<StepName> = new Set([
  'do_not_call',
  'purpose',
  'destination',
  'calling_hours',
  'candidates',
  'limits',
] satisfies StepName[]);

/** Applies each policy in turn, up to the first refusal; with a trace, looks on after it as far as it can. */
export function applyPolicies(policies: readonly Policy[], call: RoutingCall, trace: TraceStep[] | undefined): Applied {
  let refusal: Refusal | undefined;
  let candidates: readonly Candidate[] = NONE;
  let notes: string[] | undefined;
  let holdsUntil = Infinity;
  for (const policy of policies) {
    if (refusal !== undefined && candidates.length === 0 && !WITHOUT_WAYS.has(policy.step)) continue;
    const result = policy.apply(call, candidates);
    trace?.push(explain(policy, call, candidates, result));
    if (result === undefined) continue;
    if (result.refusal !== undefined) {
      refusal ??= result.refusal;
      if (trace === undefined) break;
      candidates = whatToLookOnWith(candidates, result.dropped);
      continue;
    }
    candidates = result.candidates;
    if (result.note !== undefined) (notes ??= []).push(result.note);
    if (result.holdsUntil !== undefined && result.holdsUntil < holdsUntil) holdsUntil = result.holdsUntil;
  }
  return { refusal, candidates: refusal === undefined ? candidates : NONE, notes: notes ?? NONE, holdsUntil };
}

/** What cannot be looked at further: there is nothing, or it is not the tenant's. */
const CLOSED: ReadonlySet<RejectionReason> = new Set([
  'no_livekit_config',
  'config_not_found',
  'config_of_another_tenant',
  'config_incomplete',
  'trunk_not_found',
  'trunk_of_another_tenant',
] satisfies RejectionReason[]);

function whatToLookOnWith(
  candidates: readonly Candidate[],
  dropped: readonly Dropped[] | undefined,
): readonly Candidate[] {
  if (dropped === undefined) return candidates;
  return dropped.filter(({ objection }) => !CLOSED.has(objection.reason)).map(({ candidate }) => candidate);
}

function explain(
  policy: Policy,
  call: RoutingCall,
  candidates: readonly Candidate[],
  result: PolicyResult | undefined,
): TraceStep {
  const { step } = policy;
  const { lookedAt, concluded } = policy.describe(call, candidates, result);
  const dropped = result?.dropped ?? NONE;
  const tell = ({ candidate, objection }: Dropped) =>
    `not ${nameWay(candidate)}: ${objection.tell(call, candidate).message}`;
  const against = listSome(dropped, tell, ' ');
  if (result?.refusal !== undefined) {
    const refusal = refused(step, lookedAt, result.refusal);
    return dropped.length > 1 ? { ...refusal, concluded: against } : refusal;
  }
  if (dropped.length > 0) return noted(step, lookedAt, `${concluded}; ${against}`);
  return result?.note === undefined ? passed(step, lookedAt, concluded) : noted(step, lookedAt, result.note);
}
