import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The roles that log in to the embedded server. */
export const EMBEDDED_ROLES = {
  superuser: 'postgres',
  owner: 'dialplane_owner',
  router: 'dialplane_router',
  dispatcher: 'dialplane_dispatcher',
  admin: 'dialplane_admin',
} as const;
export type EmbeddedRole = keyof typeof EMBEDDED_ROLES;

export const EMBEDDED_DATABASE = 'dialplane';

/** What it takes to log in, but for the port, which the running server knows. */
export interface Credentials {
  /** The port that is asked for first. */
  readonly port: number;
  readonly passwords: Readonly<Record<EmbeddedRole, string>>;
}

export function createCredentials(port: number): Credentials {
  const password = () => randomBytes(24).toString('base64url');
  return {
    port,
    passwords: {
      superuser: password(),
      owner: password(),
      router: password(),
      dispatcher: password(),
      admin: password(),
    },
  };
}

/** Only the user who made the cluster can read the file. */
export async function writeCredentials(clusterFolder: string, credentials: Credentials): Promise<void> {
  await writeFile(join(clusterFolder, 'credentials.json'), JSON.stringify(credentials, null, 2), {
    mode: 0o600,
    flag: 'wx',
  });
}

export async function readCredentials(clusterFolder: string): Promise<Credentials> {
  return JSON.parse(await readFile(join(clusterFolder, 'credentials.json'), 'utf8')) as Credentials;
}

/** The URL by which a role logs in to a database of the server. */
export function embeddedUrl(
  credentials: Credentials,
  port: number,
  role: EmbeddedRole,
  database: string = EMBEDDED_DATABASE,
): string {
  return `postgres://${EMBEDDED_ROLES[role]}:${credentials.passwords[role]}@127.0.0.1:${port}/${database}`;
}
