import { readFile } from 'node:fs/promises';

/** The user that the embedded server runs as: PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Best first. */
const ACCOUNT_NAMES = ['postgres', 'nobody'];

/** Whom to run the server as; undefined: as ourselves, since we are not root. */
export async function serverAccount(): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ACCOUNT_NAMES) {
    const [name, , uid, gid] = entries.find(([name]) => name === wanted) ?? [];
    if (name !== undefined && uid !== undefined && gid !== undefined)
      return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    `The embedded PostgreSQL cannot run as root, and /etc/passwd has no user named ${ACCOUNT_NAMES.join(' or ')}. ` +
      'Add one, run as another user, or set DATABASE_URL and DATABASE_OWNER_URL to a server of yours.',
  );
}
