/** PostgreSQL cannot be reached, refuses the login, does not answer in time, or closed the connection. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** The role of a process could see every tenant's rows or change the schema. */
export class UnsafeRoleError extends Error {
  override readonly name = 'UnsafeRoleError';
}

/** The schema has not been migrated, or not to this version. */
export class SchemaNotMigratedError extends Error {
  override readonly name = 'SchemaNotMigratedError';
}

/** Another row of the tenant has the name already. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/** A table that was there before Dialplane has a rule that Dialplane's row breaks. */
export class AdoptedTableError extends Error {
  override readonly name = 'AdoptedTableError';
}
