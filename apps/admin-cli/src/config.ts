import { join } from 'node:path';

/** Where the router listens unless somebody says otherwise. */
export const DEFAULT_ROUTER_ADDRESS = '127.0.0.1:50061';
/** Where the dispatcher listens unless somebody says otherwise. */
export const DEFAULT_DISPATCHER_ADDRESS = '127.0.0.1:50062';
/** Where the embedded database and its key file live: `.dialplane` at the top of the repository. */
const DEFAULT_HOME = join(import.meta.dirname, '../../../.dialplane');

type Environment = Readonly<Record<string, string | undefined>>;

/** All that the CLI takes from the environment. */
export interface Settings {
  /** Handed to the libraries that read DATABASE_URL, DB_SCHEMA and DIALPLANE_KEK themselves. */
  readonly env: Environment;
  /** DIALPLANE_HOME. */
  readonly home: string;
  /** DATABASE_URL; undefined: the embedded database. */
  readonly databaseUrl: string | undefined;
  /** DATABASE_OWNER_URL: only `db migrate` uses it. */
  readonly ownerUrl: string | undefined;
  /** ROUTER_ADDRESS, `host:port`. */
  readonly routerAddress: string;
  /** DISPATCHER_ADDRESS, `host:port`. */
  readonly dispatcherAddress: string;
}

export function readConfig(env: Environment): Settings {
  return {
    env,
    home: env.DIALPLANE_HOME || DEFAULT_HOME,
    databaseUrl: env.DATABASE_URL || undefined,
    ownerUrl: env.DATABASE_OWNER_URL || undefined,
    routerAddress: env.ROUTER_ADDRESS || DEFAULT_ROUTER_ADDRESS,
    dispatcherAddress: env.DISPATCHER_ADDRESS || DEFAULT_DISPATCHER_ADDRESS,
  };
}
