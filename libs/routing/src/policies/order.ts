import type { Candidate, Policy, PolicyResult, RoutingCall } from '../policy.ts';
import { drawScore, hashKey } from './draw.ts';
import { formatCost } from './format-cost.ts';
import { listSome } from './list-some.ts';
import { nameWay } from './name-way.ts';

/**
 * Orders the ways: longer prefixes first, then by priority, then by the rules' strategy. Of ways that are the same
 * target, the first stays. There are no more than `MAX_WAYS`: rules that would find more are not read.
 */
export const order: Policy = { step: 'order', apply, describe };

interface Drawn {
  readonly candidate: Candidate;
  readonly score: number;
}

function apply({ rules, request }: RoutingCall, candidates: readonly Candidate[]): PolicyResult | undefined {
  if (candidates.length < 2) return undefined;
  const key = hashKey(request.routingKey);
  const drawn = candidates.map((candidate): Drawn => ({ candidate, score: drawScore(key, candidate) }));
  drawn.sort(rules.strategy === 'least_cost' ? byCost : byWeight);
  const kept: Candidate[] = [];
  for (const { candidate } of drawn) {
    if (!kept.some((other) => isSameTarget(candidate, other))) kept.push(candidate);
  }
  return { candidates: kept };
}

const byLevel = (one: Candidate, other: Candidate): number =>
  other.prefixLength - one.prefixLength || one.priority - other.priority;

const byWeight = (one: Drawn, other: Drawn): number => byLevel(one.candidate, other.candidate) || byDraw(one, other);

const byCost = (one: Drawn, other: Drawn): number =>
  byLevel(one.candidate, other.candidate) ||
  compare(one.candidate.costPerMinuteNano ?? Infinity, other.candidate.costPerMinuteNano ?? Infinity) ||
  byDraw(one, other);

/** Those without weight come after all that have one. */
const byDraw = (one: Drawn, other: Drawn): number =>
  Number(one.candidate.weight === 0) - Number(other.candidate.weight === 0) || compare(one.score, other.score);

const compare = (one: number, other: number): number => (one === other ? 0 : one < other ? -1 : 1);

/** Whether two ways reach the same trunk with the same strings. */
function isSameTarget(one: Candidate, other: Candidate): boolean {
  return (
    one.livekitConfigId === other.livekitConfigId &&
    one.sipTrunkId === other.sipTrunkId &&
    one.callerId === other.callerId &&
    (one.carrier === other.carrier || isSentAlike(one, other))
  );
}

function isSentAlike({ carrier: one }: Candidate, { carrier: other }: Candidate): boolean {
  if (one === undefined || other === undefined) return false;
  const [a, b] = [one.dialFormat, other.dialFormat];
  return (
    one.callerIdFormat === other.callerIdFormat &&
    one.headerProfile === other.headerProfile &&
    a.strip === b.strip &&
    a.trunkZero === b.trunkZero &&
    a.prefix === b.prefix &&
    a.plus === b.plus
  );
}

function describe(
  { rules, request }: RoutingCall,
  candidates: readonly Candidate[],
  result: PolicyResult | undefined,
): ReturnType<Policy['describe']> {
  const by = rules.strategy === 'least_cost' ? 'least cost' : 'weight';
  return {
    lookedAt: `ways: ${candidates.length}, strategy ${by}, routing key ${request.routingKey}`,
    concluded: listSome(result?.candidates ?? candidates, namePlace, ', then '),
  };
}

function namePlace(candidate: Candidate): string {
  const { priority, weight, costPerMinuteNano } = candidate;
  const cost = costPerMinuteNano === undefined ? '' : `, cost ${formatCost(costPerMinuteNano)}`;
  return `${nameWay(candidate)} (priority ${priority}, weight ${weight}${cost})`;
}
