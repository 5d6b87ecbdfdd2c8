import { DriverException } from '@mikro-orm/postgresql';

/** Adds the table to an error of a write: PostgreSQL leaves it out where a value does not fit its column. */
export async function namingTable<T>(
  { meta: { tableName } }: { readonly meta: { readonly tableName: string } },
  write: Promise<T>,
): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof DriverException && (error as { table?: string }).table === undefined)
      Object.assign(error, { table: tableName });
    throw error;
  }
}
