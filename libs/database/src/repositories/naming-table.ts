import { DriverException } from '@mikro-orm/postgresql';
import pg from 'pg';

/** An entity, of which the table's name is wanted. */
export interface NamedTable {
  readonly meta: { readonly tableName: string };
}

/** Adds the table to an error of a write: PostgreSQL leaves it out where a value does not fit its column. */
export async function namingTable<T>({ meta: { tableName } }: NamedTable, write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const isDatabases = error instanceof DriverException || error instanceof pg.DatabaseError;
    if (isDatabases && (error as { table?: string }).table === undefined) Object.assign(error, { table: tableName });
    throw error;
  }
}
