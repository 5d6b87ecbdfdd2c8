import { bold, dim, fields, TICK, visible, WARNING } from '../text.ts';
import { outcomeOf } from './compare-answer.ts';
import type { ChangeGroup, Replayed, SkipReason } from './replay.ts';

/** Groups by tenant, the largest first within each. */
export const sortedGroups = ({ groups }: Replayed): ChangeGroup[] =>
  [...groups.values()].sort(
    (one, other) =>
      one.tenantId.localeCompare(other.tenantId) || other.count - one.count || one.change.localeCompare(other.change),
  );

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  unusable: 'cannot be asked again',
  ambiguous: 'fit several numbers of the file',
  unsettled: 'the configuration changed in between',
};

export function replayText(replayed: Replayed): string {
  const { requests, concerned, ofOtherNumbers, changed, skipped, tenants, snapshotVersion } = replayed;
  const compared = skipped.unsettled === 0 ? '' : `; ${skipped.unsettled} could not be compared`;
  const headline = isEmpty(replayed)
    ? `${WARNING} ${bold(`Nothing was compared: ${nothingText(replayed)}`)}`
    : changed === 0
      ? `${compared === '' ? TICK : WARNING} ${bold(`No decision changes${compared}`)}`
      : `${WARNING} ${bold(`${changed} of ${concerned} decisions change${compared}`)}`;
  const perTenant = new Map<string, string[]>();
  for (const [tenantId, { changed: some, concerned: all }] of sortedTenants(replayed)) {
    const title = `\n${bold(`tenant ${visible(tenantId || '(not known)')}`)}`;
    if (tenants.size > 1) perTenant.set(tenantId, [`${title}: ${some} of ${all} decisions change`]);
    else if (some > 0) perTenant.set(tenantId, [title]);
  }
  for (const group of sortedGroups(replayed)) perTenant.get(group.tenantId)?.push(groupText(group));
  const silent = silentNumbers(replayed);
  const skips = Object.entries(skipped).filter(([, count]) => count > 0) as [SkipReason, number][];
  const values = {
    requests,
    'from numbers of the file': concerned,
    ...(ofOtherNumbers > 0 && { 'from other numbers': ofOtherNumbers }),
    ...(skips.length > 0 && { skipped: skips.map(([reason, count]) => `${count}: ${SKIPPED[reason]}`).join('; ') }),
    ...(silent.length > 0 && { 'without requests': silent.join(', ') }),
    'snapshot version': snapshotVersion,
  };
  return [headline, fields(values), ...[...perTenant.values()].flat()].join('\n');
}

/** Whether no decision was compared with another: nothing is known then of what would change. */
export const isEmpty = ({ concerned }: Replayed): boolean => concerned === 0;

function nothingText({ requests, ofOtherNumbers }: Replayed): string {
  if (requests === 0) return 'there is no request';
  return ofOtherNumbers === requests
    ? `none of the ${requests} requests is from a number of the file`
    : `none of the ${requests} requests can be`;
}

const sortedTenants = ({ tenants }: Replayed) => [...tenants].sort(([one], [other]) => one.localeCompare(other));

function groupText({ change, count, examples }: ChangeGroup): string {
  const lines = examples.map(({ question: { from, to, at }, before, after }) => {
    const when = at === undefined ? 'now' : at.toISOString();
    const why = after.kind === 'rejected' ? after.message : outcomeOf(after);
    return `      ${dim(visible(`${from} → ${to} at ${when}: ${outcomeOf(before)} → ${why}`))}`;
  });
  return [`  ${String(count).padStart(5)}  ${visible(change)}`, ...lines].join('\n');
}

export function replayJson(replayed: Replayed) {
  const { requests, concerned, ofOtherNumbers, changed, skipped, snapshotVersion } = replayed;
  return {
    requests,
    concerned,
    ofOtherNumbers,
    changed,
    skipped: skipped.unusable + skipped.ambiguous + skipped.unsettled,
    skippedBecause: skipped,
    tenants: sortedTenants(replayed).map(([tenantId, counts]) => ({ tenantId, ...counts })),
    groups: sortedGroups(replayed),
    withoutRequests: silentNumbers(replayed),
    snapshotVersion,
  };
}

/** Numbers that no request came from: nothing is known of what their rules would do. */
const silentNumbers = ({ perProposal }: Replayed): string[] =>
  [...perProposal].filter(([, count]) => count === 0).map(([{ e164 }]) => e164);
