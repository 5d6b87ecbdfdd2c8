import type { Snapshot, SnapshotRows, Staging, TableName } from '@dialplane/routing';

const KEY_OF: { [Table in TableName]: (row: SnapshotRows[Table]) => string } = {
  users: ({ id }) => id,
  voice_agents: ({ id }) => id,
  tenants: ({ id }) => id,
  voice_agent_numbers: ({ id }) => id,
  voice_agent_livekit: ({ id }) => id,
  deployments: ({ origin }) => origin,
  trunks: ({ deploymentOrigin, sipTrunkId }) => `${deploymentOrigin} ${sipTrunkId}`,
  do_not_call: ({ tenantId, number }) => `${tenantId ?? ''} ${number}`,
};
type Tables = { [Table in TableName]: Map<string, SnapshotRows[Table]> };

/** The obvious snapshot: every table a map, copied whole for each change. */
export function naiveSnapshot(
  tables: Tables = Object.fromEntries(Object.keys(KEY_OF).map((t) => [t, new Map()])) as unknown as Tables,
  snapshotVersion = 'none.0',
): Snapshot {
  const entries = Object.entries(tables) as [TableName, Map<string, never>][];
  return {
    snapshotVersion,
    counts: Object.fromEntries(entries.map(([t, rows]) => [t, rows.size])) as Snapshot['counts'],
    rows: (table) => tables[table].values(),
    stage: (): Staging => {
      const staged = Object.fromEntries(entries.map(([t, rows]) => [t, new Map(rows)])) as unknown as Tables;
      return {
        put: (table, row) => void staged[table].set(KEY_OF[table](row), row),
        remove: (table, key) => void staged[table].delete(key),
        commit: (version) => naiveSnapshot(staged, version),
      };
    },
  } as unknown as Snapshot;
}
