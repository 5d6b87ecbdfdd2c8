import type { ConfigEntry, DeploymentEntry, NumberEntry, TenantEntry, TrunkEntry } from '../routing-view.ts';
import { putRow, removeRow } from './change-tables.ts';
import { findNumbersMeant } from './find-numbers-meant.ts';
import { findProblems } from './find-problems.ts';
import type { ProblemPlace, ProblemsOfRow, Snapshot, SnapshotRows, Staging, TableName } from './snapshot.ts';
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
    return this.tables.trunks.entry(deploymentOrigin, sipTrunkId);
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
      users: users.words.count,
      voice_agents: agents.words.count,
      tenants: tenants.count,
      voice_agent_numbers: numbers.words.count,
      voice_agent_livekit: configs.count,
      deployments: deployments.count,
      trunks: trunks.count,
      do_not_call: doNotCall.words.count,
    };
  }

  get distinctRules(): number {
    return this.tables.rules.count;
  }

  findProblems(from?: ProblemPlace): Iterable<ProblemsOfRow | undefined> {
    return findProblems(this.tables, from);
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
    putRow(this.open(), table, row);
  }

  expectNumbers(rows: number): void {
    this.open().numbers.reserve(rows);
  }

  remove(table: TableName, key: string): void {
    removeRow(this.open(), table, key);
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
