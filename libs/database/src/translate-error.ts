import { AdoptedTableError, DatabaseUnavailableError } from './database-errors.ts';

/** Where a connection goes, to name it in messages: never the password. */
export interface Endpoint {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly database: string;
}

/** Reads a connection URL for messages. Throws when it is not one, without repeating it. */
export function endpointOf(url: string): Endpoint {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Error('The database URL is malformed: it must look like postgres://user:password@host:5432/database.');
  }
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  if (database === '') throw new Error('The database URL names no database: it must look like postgres://user:password@host:5432/database.');
  return {
    host: hostname || searchParams.get('host') || 'localhost',
    port: port || '5432',
    user: decodeURIComponent(username),
    database,
  };
}

const UNREACHABLE = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT'];
/** What pg and pg-pool throw without a code. */
const CONNECTION_LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|The server does not support SSL|Cannot use a pool after)/;
/** SQLSTATEs: invalid password and authorization, no such database, closed to connections, too many of them, cancelled (by our time-out). */
const REFUSED = ['28P01', '28000', '3D000', '55000', '53300', '57014'];
/** A server that shuts down, crashed, or starts. */
const NOT_SERVING = ['57P01', '57P02', '57P03'];
/** Not null, foreign key, check and exclusion constraints. */
const RULES_OF_THE_TABLE = ['23502', '23503', '23514', '23P01'];

/** pg's and the ORM's errors have these in common. */
interface DatabaseError extends Error {
  readonly code?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** What an error of pg or of the ORM means to our callers; it is returned unchanged when nothing special. */
export function translateError(error: unknown, endpoint: Endpoint): unknown {
  if (typeof error !== 'object' || error === null || error instanceof DatabaseUnavailableError) return error;
  const { code = '', message = '', table, column, constraint } = error as Partial<DatabaseError>;
  const unavailable = UNREACHABLE.includes(code) || NOT_SERVING.includes(code) || REFUSED.includes(code) ||
    code.startsWith('08') || CONNECTION_LOST.test(message);
  if (unavailable) {
    const server = `PostgreSQL at ${endpoint.host}:${endpoint.port} (database ${endpoint.database}, user ${endpoint.user})`;
    return new DatabaseUnavailableError(
      `${server} is out of reach: ${message || code}. Check that it runs and that the database URL is right.`,
      { cause: error },
    );
  }
  if (RULES_OF_THE_TABLE.includes(code) && table !== undefined) {
    const rule = column === undefined ? `the constraint ${constraint}` : `a value in ${column}, which Dialplane does not know`;
    return new AdoptedTableError(`Table ${table} requires ${rule}: give the column a default, or add the row with SQL of your own.`, {
      cause: error,
    });
  }
  return error;
}
