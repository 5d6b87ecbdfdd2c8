import type { Snapshot } from '@dialplane/routing';
import { toE164 } from '@dialplane/tenancy';

import { refused } from '../refusal.ts';
import type { Proposal } from './read-proposals.ts';

/** The configuration as it would be; refuses a proposal for a number that is not in it. */
export function stageProposals(snapshot: Snapshot, proposals: readonly Proposal[]): Snapshot {
  const staging = snapshot.stage();
  const rows = [...snapshot.rows('voice_agent_numbers')];
  for (const { e164, tenantId, rules } of proposals) {
    const meant = rows.filter((row) => toE164(row) === e164 && (tenantId ?? row.tenantId) === row.tenantId);
    if (meant.length === 0)
      throw refused(
        'number_not_found',
        `The file of the present configuration has no number ${e164}${tenantId === undefined ? '' : ` of tenant ${tenantId}`}.`,
        'Check the numbers of both files',
      );
    for (const row of meant) staging.put('voice_agent_numbers', { ...row, rules });
  }
  return staging.commit(snapshot.snapshotVersion);
}
