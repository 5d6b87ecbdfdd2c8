import { readRulesText } from '@dialplane/tenancy';
import type { Reading, Rules } from '@dialplane/tenancy';

import { ConfigTable } from './config-table.ts';
import { DoNotCallTable } from './do-not-call-table.ts';
import { DeploymentTable, TrunkTable } from './line-tables.ts';
import { NumberTable } from './number-table.ts';
import { OwnedIds } from './owned-ids.ts';
import type { Texts } from './packed-id.ts';
import { SharedReadings } from './shared-readings.ts';
import { TenantTable } from './tenant-table.ts';
import { TextTable } from './text-table.ts';

/** All tables of a snapshot. They can be written to until they are sealed. */
export interface SnapshotTables {
  readonly texts: Texts;
  readonly tenants: TenantTable;
  readonly rules: SharedReadings<Reading<Rules>>;
  readonly users: OwnedIds;
  readonly agents: OwnedIds;
  readonly numbers: NumberTable;
  readonly configs: ConfigTable;
  readonly deployments: DeploymentTable;
  readonly trunks: TrunkTable;
  readonly doNotCall: DoNotCallTable;
}

/** Tables that hold what those they are forked from hold, and share their memory until they are written to. */
export function forkTables(from?: SnapshotTables): SnapshotTables {
  const texts: Texts = new TextTable(from?.texts);
  const tenants = new TenantTable(from?.tenants);
  const rules = new SharedReadings(readRulesText, from?.rules);
  return {
    texts,
    tenants,
    rules,
    users: new OwnedIds(texts, tenants, from?.users),
    agents: new OwnedIds(texts, tenants, from?.agents),
    numbers: new NumberTable(texts, tenants, rules, from?.numbers),
    configs: new ConfigTable(tenants, from?.configs),
    deployments: new DeploymentTable(from?.deployments),
    trunks: new TrunkTable(tenants, from?.trunks),
    doNotCall: new DoNotCallTable(texts, tenants, from?.doNotCall),
  };
}

/** Makes the tables those of a snapshot, which nothing can write to. */
export function sealTables(tables: SnapshotTables): void {
  for (const table of Object.values(tables) as { seal(): void }[]) table.seal();
}
