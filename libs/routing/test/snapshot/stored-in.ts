import type { Snapshot } from '../../src/index.ts';
import { PackedSnapshot } from '../../src/snapshot/packed-snapshot.ts';

/** What a snapshot keeps besides its rows, which nothing but a leak makes grow. */
export function storedIn(snapshot: Snapshot) {
  if (!(snapshot instanceof PackedSnapshot)) throw new TypeError('This is no packed snapshot.');
  const { rules, texts, tenants, users, agents, numbers, doNotCall } = snapshot.tables;
  return {
    distinctRules: rules.count,
    /** Different ids that are no UUIDs, and parts of numbers that are not digits. */
    otherTexts: texts.count,
    /** Tenants that any row names. */
    namedTenants: tenants.named,
    packedBytes: users.bytes + agents.bytes + numbers.bytes + doNotCall.bytes,
  };
}
