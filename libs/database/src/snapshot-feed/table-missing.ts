import { SchemaNotMigratedError } from '../database-errors.ts';

const [UNDEFINED_FUNCTION, UNDEFINED_TABLE, UNDEFINED_COLUMN] = ['42883', '42P01', '42703'];

/** A schema that an older Dialplane has migrated lacks what the feed reads; other errors are returned as they are. */
export function tableMissing(error: unknown, schema: string): unknown {
  const { code, message } = error as Error & { code?: string };
  if (code !== UNDEFINED_FUNCTION && code !== UNDEFINED_TABLE && code !== UNDEFINED_COLUMN) return error;
  return new SchemaNotMigratedError(
    `Schema ${schema} is not migrated to this version of Dialplane (${message}). Run: dialplane db migrate`,
    { cause: error },
  );
}
