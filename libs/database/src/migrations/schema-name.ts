/** Lower case, so that the name means the same with quotes and without, as in the operator's own queries. */
const SCHEMA_NAME = /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/;

/** Checks a schema's name from configuration before it goes into SQL text. */
export function checkSchemaName(schema: string): string {
  if (SCHEMA_NAME.test(schema) && schema !== 'information_schema') return schema;
  throw new Error(
    `DB_SCHEMA must be a plain identifier: lower-case letters, digits and _, not beginning with pg_; it is ${JSON.stringify(schema)}.`,
  );
}
