import { createHash, randomBytes } from 'node:crypto';

import pg from 'pg';

import { migrate } from '../migrate.ts';
import { ROLES } from '../roles.ts';

export interface TestDatabase {
  readonly urls: Readonly<Record<'owner' | 'router' | 'dispatcher' | 'admin', string>>;
  readonly superuserUrl: string;
  readonly ownerUrl: string;
  readonly schema: string;
  readonly name: string;
  /** Cuts every role's connections and takes no new ones, but a superuser's; resolves to what brings it back. */
  takeDown(): Promise<() => Promise<void>>;
  /** Removes the database, whoever is connected to it. */
  drop(): Promise<void>;
}

const OWNER = 'dialplane_owner';
/** One test process at a time makes the roles, which are the whole server's. */
const ROLES_LOCK = 1_145_655_402;

/**
 * A database of its own for a test, on the server that DIALPLANE_TEST_POSTGRES names (a superuser's URL, set
 * by the test run). Migrated unless told otherwise.
 */
export async function createTestDatabase({
  schema = 'dialplane',
  migrated = true,
  server = process.env['DIALPLANE_TEST_POSTGRES'],
}: {
  schema?: string;
  migrated?: boolean;
  /** Another server than the test run's, by a superuser's URL. */
  server?: string | undefined;
} = {}): Promise<TestDatabase> {
  if (!server)
    throw new Error(
      'DIALPLANE_TEST_POSTGRES is not set: tests that need PostgreSQL are named *.real.test.ts and run by npm test.',
    );
  const name = `test_${randomBytes(6).toString('hex')}`;
  const asSuperuser = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => withClient(server, work);
  await asSuperuser(async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [ROLES_LOCK]);
    for (const role of [OWNER, ...Object.values(ROLES)]) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
      if (rowCount === 0) await client.query(`CREATE ROLE ${role}`);
      await client.query(
        `ALTER ROLE ${role} LOGIN ${role === OWNER ? 'CREATEROLE' : ''} PASSWORD '${passwordOf(role, server)}'`,
      );
    }
    await client.query(`CREATE DATABASE ${name} OWNER ${OWNER}`);
  });
  const urlOf = (role: string): string => {
    const url = new URL(server);
    [url.username, url.password, url.pathname] = [role, passwordOf(role, server), `/${name}`];
    return url.href;
  };
  const superuserUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const urls = {
    owner: urlOf(OWNER),
    router: urlOf(ROLES.router),
    dispatcher: urlOf(ROLES.dispatcher),
    admin: urlOf(ROLES.admin),
  };
  if (migrated) await migrate({ ownerUrl: urls.owner, schema });
  return {
    urls,
    superuserUrl,
    ownerUrl: urls.owner,
    schema,
    name,
    takeDown: async () => {
      const allow = (connections: boolean) =>
        asSuperuser(
          async (client) => void (await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${connections}`)),
        );
      await allow(false);
      const cut =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename LIKE 'dialplane%'";
      await asSuperuser(async (client) => void (await client.query(cut, [name])));
      return () => allow(true);
    },
    drop: () =>
      asSuperuser(async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

/** The same for every test process on one server, and different on the next. */
function passwordOf(role: string, server: string): string {
  return createHash('sha256').update(`${role} ${server}`).digest('hex');
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
