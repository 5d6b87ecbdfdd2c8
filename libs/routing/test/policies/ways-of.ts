import { lookUpCall } from '../../src/look-up-call.ts';
import { POLICIES } from '../../src/policies.ts';
import type { Candidate, PolicyResult, RoutingCall } from '../../src/policy.ts';
import type { Circumstances, RouteRequest, StepName } from '../../src/index.ts';
import { exampleRows, NOW, request, viewOf } from '../example-view.ts';
import type { ExampleRows } from '../example-view.ts';

/** A call by rows, as the policies get it. */
export function callOf(
  rows: Partial<ExampleRows> = {},
  asked: Partial<RouteRequest> = {},
  circumstances: Partial<Circumstances> = {},
): RoutingCall {
  const { call, refusal } = lookUpCall(viewOf(exampleRows(rows)), request(asked), {
    now: NOW,
    environmentFallback: undefined,
    ...circumstances,
  });
  if (call === undefined) throw new Error(`There is no call: ${refusal?.message}`);
  return call;
}

const FIRST = POLICIES.findIndex(({ step }) => step === 'candidates');

export interface AppliedStep {
  readonly result: PolicyResult | undefined;
  /** What the policy left. */
  readonly ways: readonly Candidate[];
  /** `lookedAt` and `concluded`. */
  readonly told: string;
}

/** Lists the ways to place a call and applies the policies that look at them, up to `step`. */
export function applyUpTo(step: StepName, call: RoutingCall): AppliedStep {
  let ways: readonly Candidate[] = [];
  for (const policy of POLICIES.slice(FIRST)) {
    const before = ways;
    const result = policy.apply(call, before);
    ways = result?.candidates ?? before;
    if (policy.step !== step) continue;
    const { lookedAt, concluded } = policy.describe(call, before, result);
    if (lookedAt === '' || concluded === '') throw new Error(`${step} describes nothing`);
    return { result, ways, told: `${lookedAt}: ${concluded}` };
  }
  throw new Error(`No policy ${step}`);
}

/** `<trunk> of <config>`, where configs are known by the last of their ids' first eight digits. */
export const nameOf = ({ sipTrunkId, livekitConfigId }: Candidate): string =>
  `${sipTrunkId} of ${livekitConfigId?.slice(7, 8)}`;

/** What became of each candidate that was dropped: its name and the reason. */
export const droppedBy = (result: PolicyResult | undefined): [string, string][] =>
  (result?.dropped ?? []).map(({ candidate, objection }) => [nameOf(candidate), objection.reason]);
