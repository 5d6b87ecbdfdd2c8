import type { Limits, Reading } from '@dialplane/tenancy';

import type { Candidate, Policy, RoutingCall } from '../policy.ts';
import type { LineFacts } from '../routing-view.ts';
import { listSome } from './list-some.ts';

/** Says which limits are configured for the call. It refuses none, and nothing else enforces them yet. */
export const limits: Policy = {
  step: 'limits',
  apply: () => undefined,
  describe: (call, candidates) => {
    const found = [...new Set([...ofCall(call), ...candidates.flatMap(ofLines)])];
    return {
      lookedAt: 'the limits of number, tenant, trunks and deployments',
      concluded:
        found.length === 0
          ? 'there are none'
          : `configured, but not enforced yet: ${listSome(found, (text) => text, '; ')}`,
    };
  },
};

/** What the number's rules leave open, the tenant's defaults say. */
function ofCall({ rules, defaults }: RoutingCall): string[] {
  return [...say('number', rules.limits), ...say("tenant's default", defaults.limits)];
}

function ofLines({ trunk, deployment }: Candidate): string[] {
  return [
    ...(trunk === undefined ? [] : ofLine(`trunk ${trunk.sipTrunkId}`, trunk.facts)),
    ...(deployment === undefined ? [] : ofLine(`deployment ${deployment.origin}`, deployment.facts)),
  ];
}

const ofLine = (name: string, facts: Reading<LineFacts>): string[] =>
  facts.kind === 'ok' ? say(name, facts.value.limits) : [];

function say(name: string, { maxConcurrentCalls, callsPerSecond, callsPerDay, perCalleePerDay }: Limits): string[] {
  const parts = [
    maxConcurrentCalls === undefined ? [] : `${maxConcurrentCalls} calls at once`,
    callsPerSecond === undefined ? [] : `${callsPerSecond} a second`,
    callsPerDay === undefined ? [] : `${callsPerDay} a day`,
    perCalleePerDay === undefined ? [] : `${perCalleePerDay} to one callee a day`,
  ].flat();
  return parts.length === 0 ? [] : [`${name}: ${parts.join(', ')}`];
}
