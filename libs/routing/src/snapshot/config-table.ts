import { readServerUrl } from '@dialplane/tenancy';

import type { ConfigEntry } from '../routing-view.ts';
import type { SnapshotRows } from './snapshot.ts';
import type { TenantTable } from './tenant-table.ts';
import { TextTable } from './text-table.ts';

/** LiveKit configs by id. */
export class ConfigTable {
  private readonly tenants: TenantTable;
  private readonly entries: TextTable<ConfigEntry>;

  constructor(tenants: TenantTable, from?: ConfigTable) {
    this.tenants = tenants;
    this.entries = new TextTable(from?.entries);
  }

  seal(): void {
    this.entries.seal();
  }

  get count(): number {
    return this.entries.count;
  }

  entry(id: string): ConfigEntry | undefined {
    const row = this.entries.find(id);
    return row < 0 ? undefined : this.entries.value(row);
  }

  put({
    id,
    tenantId,
    name,
    url,
    sipTrunkId,
    agentName,
    dialMode,
    isActive,
  }: SnapshotRows['voice_agent_livekit']): void {
    this.tenants.holdOptional(tenantId);
    this.remove(id);
    const server = readServerUrl(url);
    this.entries.add(id, { id, tenantId, name, url, sipTrunkId, agentName, dialMode, isActive, server });
  }

  remove(id: string): void {
    const row = this.entries.find(id);
    if (row < 0) return;
    const { tenantId } = this.entries.value(row);
    if (tenantId !== null) this.tenants.release(this.tenants.find(tenantId));
    this.entries.remove(row);
  }

  /** Row numbers given out so far. */
  get length(): number {
    return this.entries.length;
  }

  /** The config in the row, if there is one. */
  at(row: number): ConfigEntry | undefined {
    return this.entries.at(row);
  }

  *rows(): Generator<SnapshotRows['voice_agent_livekit']> {
    for (const number of this.entries.rows()) {
      const { server: _, ...row } = this.entries.value(number);
      yield row;
    }
  }
}
