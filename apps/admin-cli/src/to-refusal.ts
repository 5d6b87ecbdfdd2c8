import { outOfReach, Refusal, refused } from './refusal.ts';

/** Says what anything thrown means to the person at the terminal. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  // The database's errors go by their names: a command without a database need not load its library.
  switch (name) {
    case 'DatabaseUnavailableError':
      return outOfReach(
        'database_unavailable',
        message,
        'Check DATABASE_URL and that PostgreSQL runs: dialplane db status',
      );
    case 'UnsafeRoleError':
      return outOfReach(
        'unsafe_role',
        message,
        "DATABASE_URL is for the role dialplane_admin; the owner's URL belongs into DATABASE_OWNER_URL",
      );
    case 'SchemaNotMigratedError':
      return outOfReach('schema_not_migrated', message, 'Run: dialplane db migrate; or check DB_SCHEMA');
    case 'NameTakenError':
      return refused('conflict', message, 'Nothing was changed; choose another name');
    case 'UniqueConstraintViolationException':
      return refused(
        'conflict',
        'There is a row with this id already, of another owner.',
        'Nothing was changed; choose another id, or leave it away',
      );
    case 'AdoptedTableError':
      return refused('table_refused', message, 'Nothing was changed');
    default:
      return outOfReach(
        'unexpected',
        message,
        'This was not foreseen. If the message does not say what to mend, report it with the command',
      );
  }
}
