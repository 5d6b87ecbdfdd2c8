import type { ConfigEntry, DeploymentEntry, NumberEntry, TenantEntry, TrunkEntry } from '../routing-view.ts';
import { findNumbersMeant } from './find-numbers-meant.ts';
import { findProblems } from './find-problems.ts';
import { trunkKey } from './line-tables.ts';
import type { RowProblem, Snapshot, SnapshotRows, SnapshotStats, Staging, TableName } from './snapshot.ts';
import { forkTables, sealTables } from './snapshot-tables.ts';
import type { SnapshotTables } from './snapshot-tables.ts';
import { tableRows } from './table-rows.ts';

const NONE: readonly NumberEntry[] = [];

/** A snapshot over packed tables. */
export class PackedSnapshot implements Snapshot {
  readonly snapshotVersion: string;
  readonly tables: SnapshotTables;

  constructor(snapshotVersion: string, tables: SnapshotTables) {
    sealTables(tables);
    this.snapshotVersion = snapshotVersion;
    this.tables = tables;
  }

  tenantIdOfUser(userId: string): string | undefined {
    return this.tables.users.tenantId(userId) ?? undefined;
  }

  tenant(tenantId: string): TenantEntry | undefined {
    const tenant = this.tables.tenants.find(tenantId);
    return tenant < 0 ? undefined : this.tables.tenants.entry(tenant);
  }

  tenantIdOfAgent(agentId: string): string | null | undefined {
    return this.tables.agents.tenantId(agentId);
  }

  numbersMeant(tenantId: string, written: string): readonly NumberEntry[] {
    const { numbers, tenants } = this.tables;
    const tenant = tenants.find(tenantId);
    if (tenant < 0) return NONE;
    return findNumbersMeant(numbers, tenant, tenants.irregularNumbers(tenant) > 0, written);
  }

  config(configId: string): ConfigEntry | undefined {
    return this.tables.configs.entry(configId);
  }

  trunk(deploymentOrigin: string, sipTrunkId: string): TrunkEntry | undefined {
    return this.tables.trunks.entry(trunkKey(deploymentOrigin, sipTrunkId));
  }

  deployment(origin: string): DeploymentEntry | undefined {
    return this.tables.deployments.entry(origin);
  }

  doNotCall(tenantId: string, e164: string): 'tenant' | 'everybody' | undefined {
    return this.tables.doNotCall.list(tenantId, e164);
  }

  get counts(): Readonly<Record<TableName, number>> {
    const { users, agents, tenants, numbers, configs, deployments, trunks, doNotCall } = this.tables;
    return {
      users: users.count,
      voice_agents: agents.count,
      tenants: tenants.count,
      voice_agent_numbers: numbers.count,
      voice_agent_livekit: configs.count,
      deployments: deployments.count,
      trunks: trunks.count,
      do_not_call: doNotCall.count,
    };
  }

  get stats(): SnapshotStats {
    const { rules, texts, tenants } = this.tables;
    return { distinctRules: rules.count, otherTexts: texts.count, namedTenants: tenants.named };
  }

  *problems(): Generator<RowProblem> {
    for (const some of findProblems(this.tables)) yield* some;
  }

  problemsInSlices(): Iterable<readonly RowProblem[]> {
    return findProblems(this.tables);
  }

  rows<Table extends TableName>(table: Table): Iterable<SnapshotRows[Table]> {
    return tableRows(this.tables, table);
  }

  stage(): Staging {
    return new PackedStaging(this.tables);
  }
}

/** Changes in tables that share what has not changed with those of a snapshot. */
export class PackedStaging implements Staging {
  private tables: SnapshotTables | undefined;

  constructor(from?: SnapshotTables) {
    this.tables = forkTables(from);
  }

  put<Table extends TableName>(table: Table, row: SnapshotRows[Table]): void {
    PUT[table](this.open(), row);
  }

  remove(table: TableName, key: string): void {
    REMOVE[table](this.open(), key);
  }

  commit(snapshotVersion: string): Snapshot {
    const tables = this.open();
    this.tables = undefined;
    return new PackedSnapshot(snapshotVersion, tables);
  }

  private open(): SnapshotTables {
    if (this.tables === undefined) throw new TypeError('This staging is committed; stage the next one.');
    return this.tables;
  }
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
