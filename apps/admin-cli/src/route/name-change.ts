import type { Answer, AnsweredTarget } from './answer.ts';

const FIELDS: readonly (readonly [label: string, of: (target: AnsweredTarget) => unknown])[] = [
  ['config', ({ livekitConfigId }) => livekitConfigId],
  ['deployment', ({ deployment }) => deployment],
  ['trunk', ({ sipTrunkId }) => sipTrunkId],
  ['agent name', ({ agentName }) => agentName],
  ['caller id', ({ callerId, callerIdString }) => [callerId, callerIdString]],
  ['dial string', ({ dialString }) => dialString],
  ['headers', ({ sipHeaders }) => sipHeaders],
];

/** In which way two answers to one question differ, in words that equal changes share; undefined: they do not. */
export function nameChange(before: Answer, after: Answer): string | undefined {
  if (before.kind === 'routed' && after.kind === 'routed') return nameOtherRoute(before.targets, after.targets);
  const [old, next] = [before, after].map((answer) =>
    answer.kind === 'rejected' ? `rejected: ${answer.reason}` : 'routed',
  );
  return old === next ? undefined : `${old} → ${next}`;
}

function nameOtherRoute(before: readonly AnsweredTarget[], after: readonly AnsweredTarget[]): string | undefined {
  const [first, next] = [before[0], after[0]];
  const others = FIELDS.filter(([, of]) => JSON.stringify(first && of(first)) !== JSON.stringify(next && of(next))).map(
    ([label]) => label,
  );
  if (others.length > 0) return `routed → routed by another ${others.join(', ')}`;
  const all = (targets: readonly AnsweredTarget[]) => targets.map((target) => FIELDS.map(([, of]) => of(target)));
  return JSON.stringify(all(before)) === JSON.stringify(all(after))
    ? undefined
    : 'routed → routed the same way first, with other ways after it';
}
