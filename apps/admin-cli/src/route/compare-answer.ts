import { isUuid } from '@dialplane/tenancy';

import type { Answer, AnsweredTarget } from './answer.ts';
import type { ExpectedTarget, Expectation } from './expectation.ts';
import type { Names } from './names.ts';

/** What is not as expected. */
export interface Difference {
  /** `reason`, `trunk`, `targets[1].trunk` and so on. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** Everything in which an answer is not as expected; none: the case holds. */
export async function compareAnswer(answer: Answer, expected: Expectation, names: Names): Promise<Difference[]> {
  if (answer.kind !== expected.outcome)
    return [{ field: 'outcome', expected: nameOf(expected), actual: outcomeOf(answer) }];
  if (answer.kind === 'rejected') {
    const { reason } = expected;
    return reason === undefined || reason === answer.reason
      ? []
      : [{ field: 'reason', expected: reason, actual: answer.reason }];
  }
  const { source, targets: all } = expected;
  const differences: Difference[] = [];
  if (source !== undefined && source !== answer.source)
    differences.push({ field: 'source', expected: source, actual: answer.source });
  const [first] = answer.targets;
  const compare = (one: ExpectedTarget, target: AnsweredTarget | undefined, prefix: string) =>
    compareTarget(one, target, answer.tenantId, names, prefix);
  differences.push(...(await compare(expected.target, first, '')));
  if (all === undefined) return differences;
  if (all.length !== answer.targets.length)
    differences.push({ field: 'targets', expected: `${all.length} targets`, actual: `${answer.targets.length}` });
  for (const [index, one] of all.entries())
    if (index < answer.targets.length)
      differences.push(...(await compare(one, answer.targets[index], `targets[${index}].`)));
  return differences;
}

async function compareTarget(
  expected: ExpectedTarget,
  target: AnsweredTarget | undefined,
  tenantId: string,
  names: Names,
  prefix: string,
): Promise<Difference[]> {
  const actual: Readonly<Record<keyof ExpectedTarget, () => Promise<string | undefined> | string | undefined>> = {
    config: () => {
      const id = target?.livekitConfigId ?? '';
      return isUuid(expected.config ?? '') || id === '' ? id : names.configName(tenantId, id);
    },
    deployment: () => target?.deployment,
    region: () => (target === undefined ? undefined : names.region(target.deployment)),
    trunk: () => target?.sipTrunkId,
    agent_name: () => target?.agentName,
    caller_id: () => target?.callerId,
    caller_id_string: () => target?.callerIdString,
    dial_string: () => target?.dialString,
  };
  const differences: Difference[] = [];
  for (const [key, wanted] of Object.entries(expected) as [keyof ExpectedTarget, string | undefined][]) {
    if (wanted === undefined) continue;
    const found = (await actual[key]()) || 'none';
    if (found !== wanted) differences.push({ field: `${prefix}${key}`, expected: wanted, actual: found });
  }
  return differences;
}

const nameOf = ({ outcome, reason }: Expectation): string => (reason === undefined ? outcome : `${outcome}: ${reason}`);

export const outcomeOf = (answer: Answer): string =>
  answer.kind === 'rejected'
    ? `rejected: ${answer.reason}`
    : `routed over ${answer.targets[0]?.sipTrunkId ?? 'nothing'}`;
