import { readLineFactsText } from '@dialplane/tenancy';

import type { DeploymentEntry, TrunkEntry } from '../routing-view.ts';
import type { SnapshotRows } from './snapshot.ts';
import type { TenantTable } from './tenant-table.ts';
import { TextTable } from './text-table.ts';

interface Line<Row, Entry> {
  readonly row: Row;
  readonly entry: Entry;
}

/** Deployments by origin. */
export class DeploymentTable {
  private readonly lines: TextTable<Line<SnapshotRows['deployments'], DeploymentEntry>>;

  constructor(from?: DeploymentTable) {
    this.lines = new TextTable(from?.lines);
  }

  seal(): void {
    this.lines.seal();
  }

  get count(): number {
    return this.lines.count;
  }

  entry(origin: string): DeploymentEntry | undefined {
    const line = this.lines.find(origin);
    return line < 0 ? undefined : this.lines.value(line).entry;
  }

  put(row: SnapshotRows['deployments']): void {
    this.remove(row.origin);
    const { limits, headerProfiles, ...entry } = row;
    this.lines.add(row.origin, { row, entry: { ...entry, facts: readLineFactsText(limits, headerProfiles) } });
  }

  remove(origin: string): void {
    const line = this.lines.find(origin);
    if (line >= 0) this.lines.remove(line);
  }

  *rows(): Generator<SnapshotRows['deployments']> {
    for (const { row } of this.all()) yield row;
  }

  *all(): Generator<Line<SnapshotRows['deployments'], DeploymentEntry>> {
    for (const line of this.lines.rows()) yield this.lines.value(line);
  }
}

/** Trunks by the key that the change feed has for them: `<origin> <trunk id>`. */
export class TrunkTable {
  private readonly tenants: TenantTable;
  private readonly lines: TextTable<Line<SnapshotRows['trunks'], TrunkEntry>>;

  constructor(tenants: TenantTable, from?: TrunkTable) {
    this.tenants = tenants;
    this.lines = new TextTable(from?.lines);
  }

  seal(): void {
    this.lines.seal();
  }

  get count(): number {
    return this.lines.count;
  }

  entry(key: string): TrunkEntry | undefined {
    const line = this.lines.find(key);
    return line < 0 ? undefined : this.lines.value(line).entry;
  }

  put(row: SnapshotRows['trunks']): void {
    this.tenants.holdOptional(row.tenantId);
    const key = trunkKey(row.deploymentOrigin, row.sipTrunkId);
    this.remove(key);
    const { limits, headerProfiles, cliCountries, ...entry } = row;
    const facts = readLineFactsText(limits, headerProfiles);
    this.lines.add(key, { row, entry: { ...entry, cliCountries: cliCountries ?? undefined, facts } });
  }

  remove(key: string): void {
    const line = this.lines.find(key);
    if (line < 0) return;
    const { tenantId } = this.lines.value(line).row;
    if (tenantId !== null) this.tenants.release(this.tenants.find(tenantId));
    this.lines.remove(line);
  }

  *rows(): Generator<SnapshotRows['trunks']> {
    for (const { row } of this.all()) yield row;
  }

  *all(): Generator<Line<SnapshotRows['trunks'], TrunkEntry>> {
    for (const line of this.lines.rows()) yield this.lines.value(line);
  }
}

/** Neither an origin nor a trunk id that the database takes has a space in it. */
export function trunkKey(deploymentOrigin: string, sipTrunkId: string): string {
  return `${deploymentOrigin} ${sipTrunkId}`;
}
