import type { Rules } from '@dialplane/tenancy';

import type { Policy } from '../policy.ts';
import { purposeProblem } from './purpose-problem.ts';

/**
 * Refuses a call whose purpose does not go with the number's series, or that shows another caller id than the
 * callee's country asks for. Where a carrier of the rules shows another caller id than the number, nothing is known
 * before the candidates are: then `caller_id` asks `purposeProblem` about the caller id of each.
 */
export const purpose: Policy = {
  step: 'purpose',
  apply(call, candidates) {
    const { number, rules } = call;
    if (showsOthers(rules, number.e164)) return undefined;
    const problem = purposeProblem(call, number.e164);
    return problem && { candidates, refusal: { reason: problem.reason, ...problem.tell() } };
  },
  describe({ number, rules, request }) {
    const lookedAt = `purpose ${request.purpose ?? 'not said'}, caller id ${number.e164}`;
    if (showsOthers(rules, number.e164))
      return { lookedAt, concluded: 'carriers show caller ids of their own: each is judged with its candidate' };
    return {
      lookedAt,
      concluded:
        request.purpose === undefined
          ? 'the caller id is of no series that is set apart; what is asked of promotional calls was not applied'
          : 'the caller id may be shown for it',
    };
  },
};

function showsOthers({ carriers }: Rules, e164: string): boolean {
  for (const { callerId } of carriers) if (callerId !== undefined && callerId !== e164) return true;
  return false;
}
