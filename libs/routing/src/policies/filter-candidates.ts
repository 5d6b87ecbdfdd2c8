import type { Candidate, Dropped, PolicyResult, RoutingCall } from '../policy.ts';
import type { Refusal } from '../rejections.ts';

/** Why a candidate cannot be taken; undefined when it can. */
export type Judge = (call: RoutingCall, candidate: Candidate) => Refusal | undefined;

/**
 * Takes out the candidates that are judged unfit. When none is left, the call is refused for what is wrong with
 * the one that would have come first.
 */
export function filterCandidates(
  call: RoutingCall,
  candidates: readonly Candidate[],
  judge: Judge,
): PolicyResult | undefined {
  let left: Candidate[] | undefined;
  let dropped: Dropped[] | undefined;
  for (const [at, candidate] of candidates.entries()) {
    const refusal = judge(call, candidate);
    if (refusal === undefined) {
      left?.push(candidate);
      continue;
    }
    left ??= candidates.slice(0, at);
    (dropped ??= []).push({ candidate, refusal });
  }
  if (left === undefined || dropped === undefined) return undefined;
  if (left.length > 0) return { candidates: left, dropped };
  return { candidates: left, dropped, refusal: dropped.reduce(theBetter).refusal };
}

function theBetter(one: Dropped, other: Dropped): Dropped {
  const [a, b] = [one.candidate, other.candidate];
  return b.prefixLength > a.prefixLength || (b.prefixLength === a.prefixLength && b.priority < a.priority)
    ? other
    : one;
}
