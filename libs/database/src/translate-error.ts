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
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) throw malformed();
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  decode(password.replaceAll(/%(?![0-9a-f]{2})/gi, '%25')); // pg takes a bare % in a password.
  const database = decode(pathname.slice(1));
  if (database === '')
    throw new Error(
      'The database URL names no database: it must look like postgres://user:password@host:5432/database.',
    );
  return {
    host: hostname || searchParams.get('host') || 'localhost',
    port: port || '5432',
    user: decode(username),
    database,
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformed(' Write a % as %25.');
  }
}

function malformed(remedy = ''): Error {
  return new Error(
    `The database URL is malformed: it must look like postgres://user:password@host:5432/database.${remedy}`,
  );
}

const UNREACHABLE = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
];
/** What pg and pg-pool throw without a code. */
const CONNECTION_LOST =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|The server does not support SSL|Cannot use a pool after)/;
const CHECK_SERVER = 'Check that it runs and that the database URL is right.';
const TRY_AGAIN = 'Try again.';
const MAKE_ROOM = 'Give it more room, or connect fewer processes.';
/** SQLSTATEs of a server that runs and cannot do it now: what is the matter, and what to do. */
const NOT_NOW: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  '25006': ['takes no writes', 'Is it a standby? The database URL must name the primary.'],
  '40001': ['gave way to another transaction', TRY_AGAIN],
  '40P01': ['gave way to another transaction', TRY_AGAIN],
  '53000': ['has run out of resources', MAKE_ROOM],
  '53100': ['has run out of disk', MAKE_ROOM],
  '53200': ['has run out of memory', MAKE_ROOM],
  '53300': ['has too many connections', MAKE_ROOM],
  '53400': ['has reached a limit of its configuration', MAKE_ROOM],
  '55000': ['is closed to connections, or not in a state to do it', 'Try again when it is open.'],
  '57014': [
    'took too long and was cut off',
    'Try again; if it goes on, look for long transactions and locks in pg_stat_activity.',
  ],
};
/** 0A000 is any feature that there is not; this is a table that was altered under a prepared statement. */
const TABLE_ALTERED = /^cached plan must not change result type/;
/** Invalid password and authorization, no such database; a server that shuts down, crashed, or starts. */
const OUT_OF_REACH = ['28P01', '28000', '3D000', '57P01', '57P02', '57P03'];
/** Not null, foreign key, check and exclusion constraints. */
const RULES_OF_THE_TABLE = ['23502', '23503', '23514', '23P01'];
/** Invalid text for a type, too long, out of range, another type. */
const MISFITS: Readonly<Record<string, string>> = {
  '22P02': 'a value that is none of type',
  '22001': 'a value that is too long for type',
  '22003': 'a number that is too large for type',
  '42804': 'a value of another type than',
};

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
  const [problem, remedy] = whyUnavailable(code, message) ?? [];
  if (problem !== undefined) {
    const server = `PostgreSQL at ${endpoint.host}:${endpoint.port} (database ${endpoint.database}, user ${endpoint.user})`;
    return new DatabaseUnavailableError(`${server} ${problem}: ${message || code}. ${remedy}`, { cause: error });
  }
  // These have no cause: PostgreSQL repeats the row or the value in it.
  if (RULES_OF_THE_TABLE.includes(code) && table !== undefined) {
    const rule =
      column === undefined ? `the constraint ${constraint}` : `a value in ${column}, which Dialplane does not know`;
    return new AdoptedTableError(
      `Table ${table} requires ${rule}: give the column a default, or add the row with SQL of your own.`,
    );
  }
  const misfit = MISFITS[code];
  // Without a table it may be a value that somebody looks for.
  if (misfit !== undefined && (table !== undefined || code !== '22P02')) {
    const where = `${table === undefined ? 'A table' : `Table ${table}`}${nameIn(COLUMN, message, ', column ')}`;
    return new AdoptedTableError(
      `${where} does not take ${misfit} ${nameIn(TYPE, message) || "the column's"} (SQLSTATE ${code}): ` +
        'widen the column or convert it to the type that Dialplane has for it, or send a value that fits.',
    );
  }
  return error;
}

const COLUMN = /^column "([^"]+)" is of type/;
const TYPE = /(?:for type|for enum|is of type) ([\w. ]+?(?:\(\d+\))?)(?:$| but)|^(\w+) out of range$/;

function nameIn(pattern: RegExp, message: string, before = ''): string {
  const [, first, second] = pattern.exec(message.replace(/: ".*/s, '')) ?? []; // The value comes last.
  const name = first ?? second;
  return name === undefined ? '' : before + name;
}

function whyUnavailable(code: string, message: string): readonly [problem: string, remedy: string] | undefined {
  if (TABLE_ALTERED.test(message)) return ['has altered a table meanwhile', TRY_AGAIN];
  const unreachable =
    UNREACHABLE.includes(code) || OUT_OF_REACH.includes(code) || code.startsWith('08') || CONNECTION_LOST.test(message);
  return NOT_NOW[code] ?? (unreachable ? ['is out of reach', CHECK_SERVER] : undefined);
}
