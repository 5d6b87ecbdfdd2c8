import { bold, dim, fields, TICK, visible, WARNING } from '../text.ts';
import { outcomeOf } from './compare-answer.ts';
import type { ChangeGroup, Replayed } from './replay.ts';

/** Groups by tenant, the largest first within each. */
export const sortedGroups = ({ groups }: Replayed): ChangeGroup[] =>
  [...groups.values()].sort(
    (one, other) =>
      one.tenantId.localeCompare(other.tenantId) || other.count - one.count || one.change.localeCompare(other.change),
  );

export function replayText(replayed: Replayed): string {
  const { requests, concerned, changed, skipped, snapshotVersion } = replayed;
  const headline =
    changed === 0
      ? `${TICK} ${bold('No decision changes')}`
      : `${WARNING} ${bold(`${changed} of ${concerned} decisions change`)}`;
  const tenants = new Map<string, string[]>();
  for (const group of sortedGroups(replayed)) {
    const lines = tenants.get(group.tenantId) ?? [`\n${bold(`tenant ${visible(group.tenantId || '(not known)')}`)}`];
    tenants.set(group.tenantId, [...lines, groupText(group)]);
  }
  const silent = silentNumbers(replayed);
  const values = {
    requests,
    'from numbers of the file': concerned,
    ...(skipped > 0 && { skipped: `${skipped}, which cannot be asked again or fit several numbers of the file` }),
    ...(silent.length > 0 && { 'without requests': silent.join(', ') }),
    'snapshot version': snapshotVersion,
  };
  return [headline, fields(values), ...[...tenants.values()].flat()].join('\n');
}

function groupText({ change, count, examples }: ChangeGroup): string {
  const lines = examples.map(({ question: { from, to, at }, before, after }) => {
    const when = at === undefined ? 'now' : at.toISOString();
    const why = after.kind === 'rejected' ? after.message : outcomeOf(after);
    return `      ${dim(visible(`${from} → ${to} at ${when}: ${outcomeOf(before)} → ${why}`))}`;
  });
  return [`  ${String(count).padStart(5)}  ${visible(change)}`, ...lines].join('\n');
}

export function replayJson(replayed: Replayed) {
  const { requests, concerned, changed, skipped, snapshotVersion } = replayed;
  return {
    requests,
    concerned,
    changed,
    skipped,
    groups: sortedGroups(replayed),
    withoutRequests: silentNumbers(replayed),
    snapshotVersion,
  };
}

/** Numbers that no request came from: nothing is known of what their rules would do. */
const silentNumbers = ({ perProposal }: Replayed): string[] =>
  [...perProposal].filter(([, count]) => count === 0).map(([{ e164 }]) => e164);
