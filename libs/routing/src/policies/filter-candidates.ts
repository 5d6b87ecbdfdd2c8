import type { Candidate, Dropped, Objection, PolicyResult, RoutingCall } from '../policy.ts';

/** Why a candidate cannot be taken; undefined when it can. */
export type Judge = (call: RoutingCall, candidate: Candidate) => Objection | undefined;

/**
 * Takes out the candidates that are judged unfit. When none is left, the call is refused for what is wrong with
 * the one that would have come first; no text is made but of that.
 */
export function filterCandidates(
  call: RoutingCall,
  candidates: readonly Candidate[],
  judge: Judge,
): PolicyResult | undefined {
  let left: Candidate[] | undefined;
  let dropped: Dropped[] | undefined;
  for (const [at, candidate] of candidates.entries()) {
    const objection = judge(call, candidate);
    if (objection === undefined) {
      left?.push(candidate);
      continue;
    }
    left ??= candidates.slice(0, at);
    (dropped ??= []).push({ candidate, objection });
  }
  if (left === undefined || dropped === undefined) return undefined;
  if (left.length > 0) return { candidates: left, dropped };
  const { candidate, objection } = dropped.reduce(theBetter);
  return { candidates: left, dropped, refusal: { reason: objection.reason, ...objection.tell(call, candidate) } };
}

function theBetter(one: Dropped, other: Dropped): Dropped {
  const [a, b] = [one.candidate, other.candidate];
  return b.prefixLength > a.prefixLength || (b.prefixLength === a.prefixLength && b.priority < a.priority)
    ? other
    : one;
}
