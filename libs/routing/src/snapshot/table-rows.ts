import type { SnapshotRows, TableName } from './snapshot.ts';
import type { SnapshotTables } from './snapshot-tables.ts';

/** Every row of a table, as it was put. */
export function tableRows<Table extends TableName>(
  tables: SnapshotTables,
  table: Table,
): Iterable<SnapshotRows[Table]> {
  return ROWS[table](tables);
}

const ROWS: { readonly [Table in TableName]: (tables: SnapshotTables) => Iterable<SnapshotRows[Table]> } = {
  users: ({ users }) => users.rows(),
  voice_agents: ({ agents }) => agents.rows(),
  tenants: ({ tenants }) => tenants.rows(),
  voice_agent_numbers: ({ numbers }) => numbers.rows(),
  voice_agent_livekit: ({ configs }) => configs.rows(),
  deployments: ({ deployments }) => deployments.rows(),
  trunks: ({ trunks }) => trunks.rows(),
  do_not_call: ({ doNotCall }) => doNotCall.rows(),
};
