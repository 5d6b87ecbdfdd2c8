import { randomUUID } from 'node:crypto';

import {
  createCallRepository,
  createDoNotCallRepository,
  createTargetReader,
  createTrunkReader,
  createUserTenantReader,
  createWebhookKeyReader,
  createWebhookStore,
  openDatabase,
  readDatabaseTime,
  readSnapshotVersion,
  resolveDatabase,
} from '@dialplane/database';
import {
  createKeyFile,
  createLocalKeyWrapper,
  createSecretBox,
  deriveSigningKey,
  readKeyEncryptionKey,
} from '@dialplane/secrets';
import type { Logger } from '@dialplane/telemetry';

import type { Config } from './config.ts';

/** What the dispatcher reads and writes, and the keys that it needs for it. */
export type Stores = Awaited<ReturnType<typeof openStores>>;

/** Opens the database and what opens secrets. Rejects when either cannot be had. */
export async function openStores({ env, home, leaseMs }: Config, logger: Logger) {
  const onProgress = (line: string) => logger.info(line);
  const { url, schema, embedded } = await resolveDatabase({ env, role: 'dispatcher', folder: home, onProgress });
  const keyFile = embedded ? `${home}/kek` : undefined;
  if (keyFile !== undefined) await createKeyFile(keyFile);
  const kek = await readKeyEncryptionKey({ env, keyFile });
  const database = await openDatabase({ url, schema, role: 'dispatcher' });
  return {
    schema,
    users: createUserTenantReader(database),
    calls: createCallRepository(database, { holder: randomUUID(), leaseMs }),
    targets: createTargetReader(database),
    trunks: createTrunkReader(database),
    doNotCall: createDoNotCallRepository(database),
    webhooks: createWebhookStore(database),
    webhookKeys: createWebhookKeyReader(database),
    readTime: () => readDatabaseTime(database),
    snapshotVersion: () => readSnapshotVersion(database),
    secretBox: createSecretBox(createLocalKeyWrapper(kek)),
    /** What agents' tokens are signed with. */
    agentKey: await deriveSigningKey(kek, 'agent calls'),
    close: () => database.close(),
  };
}
