import type { SnapshotRows, TableName } from './snapshot.ts';
import type { SnapshotTables } from './snapshot-tables.ts';

/** Adds the row, or replaces the one with the same key. */
export function putRow<Table extends TableName>(tables: SnapshotTables, table: Table, row: SnapshotRows[Table]): void {
  PUT[table](tables, row);
}

/** Removes the row with the key, as the change feed writes it, if there is one. */
export function removeRow(tables: SnapshotTables, table: TableName, key: string): void {
  REMOVE[table](tables, key);
}

const PUT: { readonly [Table in TableName]: (tables: SnapshotTables, row: SnapshotRows[Table]) => void } = {
  users: ({ users }, { id, tenantId }) => users.put(id, tenantId),
  voice_agents: ({ agents }, { id, tenantId }) => agents.put(id, tenantId),
  tenants: ({ tenants }, row) => tenants.put(row),
  voice_agent_numbers: ({ numbers }, row) => numbers.put(row),
  voice_agent_livekit: ({ configs }, row) => configs.put(row),
  deployments: ({ deployments }, row) => deployments.put(row),
  trunks: ({ trunks }, row) => trunks.put(row),
  do_not_call: ({ doNotCall }, row) => doNotCall.put(row),
};

const REMOVE: { readonly [Table in TableName]: (tables: SnapshotTables, key: string) => void } = {
  users: ({ users }, id) => users.remove(id),
  voice_agents: ({ agents }, id) => agents.remove(id),
  tenants: ({ tenants }, id) => tenants.remove(id),
  voice_agent_numbers: ({ numbers }, id) => numbers.remove(id),
  voice_agent_livekit: ({ configs }, id) => configs.remove(id),
  deployments: ({ deployments }, origin) => deployments.remove(origin),
  trunks: ({ trunks }, key) => trunks.remove(key),
  do_not_call: ({ doNotCall }, key) => doNotCall.remove(readDoNotCallKey(key)),
};

/** `<tenant id, or nothing> <number>`. */
function readDoNotCallKey(key: string): SnapshotRows['do_not_call'] {
  const space = key.lastIndexOf(' ');
  return { tenantId: space <= 0 ? null : key.slice(0, space), number: key.slice(space + 1) };
}
