import { DispatcherClient, RouterClient } from '@dialplane/contracts';
import type { Database, WebhookAges } from '@dialplane/database';
import type { LiveKitClient, LiveKitServer } from '@dialplane/livekit';
import type { SecretBox } from '@dialplane/secrets';
import type {
  CallHistory,
  DeploymentRepository,
  DoNotCallRepository,
  LiveKitConfigRepository,
  NumberRepository,
  TenantRepository,
  TrunkRepository,
  UserRepository,
} from '@dialplane/tenancy';
import { credentials } from '@grpc/grpc-js';

import type { Settings } from './config.ts';
import type { Io } from './io.ts';
import { openSecretBox } from './open-secret-box.ts';
import { createProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { usingDatabase } from './using-database.ts';

/** The database as the admin's role sees it. */
export interface Store {
  readonly schema: string;
  readonly tenants: TenantRepository;
  readonly users: UserRepository;
  readonly numbers: NumberRepository;
  readonly configs: LiveKitConfigRepository;
  readonly trunks: TrunkRepository;
  readonly deployments: DeploymentRepository;
  readonly webhookAges: WebhookAges;
  readonly doNotCall: DoNotCallRepository;
  readonly history: CallHistory;
  /** `<epoch>.<version>`: read after a write, the configuration that holds it. */
  readonly snapshotVersion: () => Promise<string>;
}

/** What the commands work with. Everything is opened at its first use: most commands need one or two. */
export interface Tools {
  readonly settings: Settings;
  readonly io: Io;
  readonly progress: Progress;
  /** Prints a line of a text that grows while the command runs; nothing with `--json`. */
  readonly say: (line: string) => void;
  /** Prints a document on a line of its own while the command runs, with `--json` alone. */
  readonly emit: (document: unknown) => void;
  readonly store: () => Promise<Store>;
  /** Seals and opens secrets; exit 3 without a key. */
  readonly secretBox: () => Promise<SecretBox>;
  readonly liveKit: (server: LiveKitServer) => Promise<LiveKitClient>;
  readonly router: (address: string | undefined) => RouterClient;
  readonly dispatcher: (address: string | undefined) => DispatcherClient;
  /** Lets something be cleaned up when the command has ended, or was interrupted. */
  readonly atEnd: (cleanUp: () => Promise<void>) => void;
  readonly close: () => Promise<void>;
}

/** How a command prints while it runs. */
type Printing = Pick<Tools, 'say' | 'emit'>;

/** A server that is back is found within seconds, however long it was away. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 250, 'grpc.max_reconnect_backoff_ms': 2_000 };

export function wire(settings: Settings, io: Io, { say, emit }: Printing): Tools {
  const closers: (() => void | Promise<void>)[] = [];
  const progress = createProgress(io);
  let store: Promise<Store> | undefined;

  const openStore = async (): Promise<Store> => {
    const { resolveDatabase, openDatabase, ...database } = await import('@dialplane/database');
    const { url, schema } = await resolveDatabase({
      env: settings.env,
      role: 'admin',
      folder: settings.home,
      onProgress: progress.show,
    });
    const db: Database = await openDatabase({ url, schema, role: 'admin' });
    closers.push(() => db.close());
    return {
      schema,
      tenants: database.createTenantRepository(db),
      users: database.createUserRepository(db),
      numbers: database.createNumberRepository(db),
      configs: database.createLiveKitConfigRepository(db),
      trunks: database.createTrunkRepository(db),
      deployments: database.createDeploymentRepository(db),
      webhookAges: database.createWebhookAges(db),
      doNotCall: database.createDoNotCallRepository(db),
      history: database.createCallHistory(db),
      snapshotVersion: () => database.readSnapshotVersion(db),
    };
  };
  const connect = <C extends { close(): void }>(client: C): C => {
    closers.push(() => client.close());
    return client;
  };

  return {
    settings,
    io,
    progress,
    say: (line) => {
      progress.clear();
      say(line);
    },
    emit: (document) => {
      progress.clear();
      emit(document);
    },
    store: () => (store ??= usingDatabase(openStore)),
    secretBox: () => openSecretBox(settings),
    liveKit: async (server) => (await import('@dialplane/livekit')).createLiveKitClient(server),
    router: (address) => connect(new RouterClient(address ?? settings.routerAddress, credentials.createInsecure())),
    dispatcher: (address) =>
      connect(new DispatcherClient(address ?? settings.dispatcherAddress, credentials.createInsecure(), RECONNECT)),
    atEnd: (cleanUp) => void closers.push(cleanUp),
    close: async () => {
      progress.clear();
      await Promise.allSettled(closers.map(async (close) => close()));
    },
  };
}
