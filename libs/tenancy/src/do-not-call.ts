/** A number that must not be called. */
export interface DoNotCallEntry {
  /** Null: on everybody's list. */
  readonly tenantId: string | null;
  /** E.164. */
  readonly number: string;
  /** Why, for people. */
  readonly note: string | null;
  readonly createdAt: Date;
}

/** The first argument is null for everybody's list. */
export interface DoNotCallRepository {
  add(tenantId: string | null, number: string, note: string | null): Promise<'added' | 'existed'>;
  /** All or none; how many were not there yet. The same number twice is once. What `onProgress` throws takes all back. */
  addMany(
    tenantId: string | null,
    numbers: readonly string[],
    note: string | null,
    onProgress?: (done: number) => void,
  ): Promise<number>;
  remove(tenantId: string | null, number: string): Promise<'removed' | 'absent'>;
  /** At most `limit` entries of the tenant's own list with numbers after `after`, in the numbers' order. */
  list(tenantId: string | null, page: { readonly after: string; readonly limit: number }): Promise<DoNotCallEntry[]>;
}
