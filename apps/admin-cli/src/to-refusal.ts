import { outOfReach, Refusal } from './refusal.ts';

/** Says what anything thrown means to the person at the terminal. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  switch (name) {
    // By name, so that a command without a database need not load the database's library.
    case 'DatabaseUnavailableError':
      return outOfReach('database_unavailable', message, 'Check DATABASE_URL and that PostgreSQL runs: dialplane db status');
    case 'UnsafeRoleError':
      return outOfReach('unsafe_role', message, 'Use the URL of the role dialplane_admin in DATABASE_URL; the owner\'s belongs into DATABASE_OWNER_URL');
    default:
      return outOfReach('unexpected', message, 'This was not foreseen. If the message does not tell what to mend, report it with the command');
  }
}
