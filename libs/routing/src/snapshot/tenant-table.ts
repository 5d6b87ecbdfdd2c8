import { readTenantDefaultsText } from '@dialplane/tenancy';
import type { Reading, TenantDefaults } from '@dialplane/tenancy';

import type { TenantEntry } from '../routing-view.ts';
import { SharedReadings } from './shared-readings.ts';
import type { SnapshotRows } from './snapshot.ts';
import { TextTable } from './text-table.ts';

interface Tenant {
  readonly entry: TenantEntry;
  /** The number of its defaults among the readings. */
  readonly defaults: number;
  /** How many of its numbers are not packed as digits. */
  readonly irregularNumbers: number;
}

/** Tenants that any row names, known by row numbers, each with its own row if it has one. */
export class TenantTable {
  private readonly tenants: TextTable<Tenant>;
  private readonly defaults: SharedReadings<Reading<TenantDefaults>>;
  /** Tenants with a row of their own. */
  count = 0;

  constructor(from?: TenantTable) {
    this.tenants = new TextTable(from?.tenants);
    this.defaults = new SharedReadings(readTenantDefaultsText, from?.defaults);
    if (from !== undefined) this.count = from.count;
  }

  seal(): void {
    this.tenants.seal();
    this.defaults.seal();
  }

  /** How many tenants any row names. */
  get named(): number {
    return this.tenants.count;
  }

  /** The row number of the tenant, or -1. */
  find(tenantId: string): number {
    return this.tenants.find(tenantId);
  }

  id(tenant: number): string {
    return this.tenants.text(tenant);
  }

  entry(tenant: number): TenantEntry {
    return this.tenants.value(tenant).entry;
  }

  irregularNumbers(tenant: number): number {
    return this.tenants.value(tenant).irregularNumbers;
  }

  countIrregular(tenant: number, more: 1 | -1): void {
    const value = this.tenants.value(tenant);
    this.tenants.setValue(tenant, { ...value, irregularNumbers: value.irregularNumbers + more });
  }

  /** The row number of the tenant, on behalf of a row that names it and releases it when it goes. */
  hold(tenantId: string): number {
    let tenant = this.tenants.find(tenantId);
    if (tenant < 0) {
      tenant = this.tenants.add(tenantId, { entry: this.withoutRow(tenantId), defaults: 0, irregularNumbers: 0 });
    }
    this.tenants.hold(tenant);
    return tenant;
  }

  /** The same plus one; 0 for a row that names none. */
  holdOptional(tenantId: string | null): number {
    return tenantId === null ? 0 : this.hold(tenantId) + 1;
  }

  /** Names a tenant that is held already once more. */
  holdAgain(tenant: number): void {
    this.tenants.hold(tenant);
  }

  release(tenant: number): void {
    this.tenants.release(tenant);
  }

  releaseOptional(tenant: number): void {
    if (tenant !== 0) this.tenants.release(tenant - 1);
  }

  put(row: SnapshotRows['tenants']): void {
    const tenant = this.hold(row.id);
    const before = this.tenants.value(tenant);
    const defaults = this.defaults.hold(row.defaults);
    const id = this.tenants.text(tenant);
    const entry = { id, isActive: row.isActive, hasRow: true, defaults: this.defaults.reading(defaults) };
    this.tenants.setValue(tenant, { ...before, entry, defaults });
    this.defaults.release(before.defaults);
    if (before.entry.hasRow) this.tenants.release(tenant);
    else this.count++;
  }

  remove(tenantId: string): void {
    const tenant = this.tenants.find(tenantId);
    if (tenant < 0 || !this.entry(tenant).hasRow) return;
    const before = this.tenants.value(tenant);
    this.tenants.setValue(tenant, { ...before, entry: this.withoutRow(this.tenants.text(tenant)), defaults: 0 });
    this.defaults.release(before.defaults);
    this.tenants.release(tenant);
    this.count--;
  }

  /** Each tenant that any row names, and its id. */
  ids(): Generator<readonly [tenant: number, id: string]> {
    return this.tenants.entries();
  }

  /** Row numbers given out so far. */
  get length(): number {
    return this.tenants.length;
  }

  /** The tenant, if it is still named. */
  at(tenant: number): TenantEntry | undefined {
    return this.tenants.at(tenant)?.entry;
  }

  *rows(): Generator<SnapshotRows['tenants']> {
    for (const tenant of this.tenants.rows()) {
      const { entry, defaults } = this.tenants.value(tenant);
      if (entry.hasRow) yield { id: entry.id, isActive: entry.isActive, defaults: this.defaults.text(defaults) };
    }
  }

  private withoutRow(id: string): TenantEntry {
    return { id, isActive: true, hasRow: false, defaults: this.defaults.reading(0) };
  }
}
