import { readLineFactsText } from '@dialplane/tenancy';

import type { DeploymentEntry, TrunkEntry } from '../routing-view.ts';
import type { SnapshotRows } from './snapshot.ts';
import type { TenantTable } from './tenant-table.ts';
import { TextTable } from './text-table.ts';

const MOST_RECENT = 8192;

/** A row as it came, and as a decision looks at it. */
export interface Kept<Row, Entry> {
  readonly row: Row;
  readonly entry: Entry;
}

/** Deployments by origin. */
export class DeploymentTable {
  private readonly lines: TextTable<Kept<SnapshotRows['deployments'], DeploymentEntry>>;

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

  /** Row numbers given out so far. */
  get length(): number {
    return this.lines.length;
  }

  /** What is in the row, if anything is. */
  at(line: number): Kept<SnapshotRows['deployments'], DeploymentEntry> | undefined {
    return this.lines.at(line);
  }

  *rows(): Generator<SnapshotRows['deployments']> {
    for (const line of this.lines.rows()) yield this.lines.value(line).row;
  }
}

/** Trunks by the key that the change feed has for them: `<origin> <trunk id>`. */
export class TrunkTable {
  private readonly tenants: TenantTable;
  private readonly lines: TextTable<Kept<SnapshotRows['trunks'], TrunkEntry>>;
  /** What was looked for, by origin and trunk id, so that a look-up need not join them; null: not registered. */
  private readonly recent = new Map<string, Map<string, TrunkEntry | null>>();
  private recentCount = 0;

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

  entry(deploymentOrigin: string, sipTrunkId: string): TrunkEntry | undefined {
    const recent = this.recent.get(deploymentOrigin)?.get(sipTrunkId);
    if (recent !== undefined) return recent ?? undefined;
    const line = this.lines.find(trunkKey(deploymentOrigin, sipTrunkId));
    const entry = line < 0 ? undefined : this.lines.value(line).entry;
    if (this.recentCount++ >= MOST_RECENT) this.forgetRecent();
    const ofOrigin = this.recent.get(deploymentOrigin) ?? new Map<string, TrunkEntry | null>();
    this.recent.set(deploymentOrigin, ofOrigin.set(sipTrunkId, entry ?? null));
    return entry;
  }

  put(row: SnapshotRows['trunks']): void {
    this.tenants.holdOptional(row.tenantId);
    const key = trunkKey(row.deploymentOrigin, row.sipTrunkId);
    this.remove(key);
    const { limits, headerProfiles, cliCountries, ...entry } = row;
    const facts = readLineFactsText(limits, headerProfiles);
    this.forgetRecent();
    this.lines.add(key, { row, entry: { ...entry, cliCountries: cliCountries ?? undefined, facts } });
  }

  remove(key: string): void {
    const line = this.lines.find(key);
    if (line < 0) return;
    const { tenantId } = this.lines.value(line).row;
    if (tenantId !== null) this.tenants.release(this.tenants.find(tenantId));
    this.forgetRecent();
    this.lines.remove(line);
  }

  private forgetRecent(): void {
    this.recent.clear();
    this.recentCount = 0;
  }

  /** Row numbers given out so far. */
  get length(): number {
    return this.lines.length;
  }

  /** What is in the row, if anything is. */
  at(line: number): Kept<SnapshotRows['trunks'], TrunkEntry> | undefined {
    return this.lines.at(line);
  }

  *rows(): Generator<SnapshotRows['trunks']> {
    for (const line of this.lines.rows()) yield this.lines.value(line).row;
  }
}

/** Neither an origin nor a trunk id that the database takes has a space in it. */
function trunkKey(deploymentOrigin: string, sipTrunkId: string): string {
  return `${deploymentOrigin} ${sipTrunkId}`;
}
