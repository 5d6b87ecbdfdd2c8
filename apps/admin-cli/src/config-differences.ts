import { isDeepStrictEqual } from 'node:util';

import type { LiveKitCredential } from '@dialplane/tenancy';
import { SecretUnreadableError } from '@dialplane/secrets';
import type { SecretBox } from '@dialplane/secrets';

/** A config as written on the command line. Left out: not asked about. */
export interface WrittenConfig {
  readonly name?: string;
  readonly url?: string;
  readonly apiKey?: string;
  readonly apiSecret?: string;
  readonly sipTrunkId?: string;
  readonly agentName?: string;
  readonly dialMode?: string;
  /** Null takes the template away. */
  readonly jobMetadataTemplate?: unknown;
  readonly isActive?: boolean;
}

type Field = keyof WrittenConfig;

/** The fields of a stored config that are not as written. The secret counts as other when it cannot be opened. */
export async function configDifferences(stored: LiveKitCredential, written: WrittenConfig, box: () => Promise<SecretBox>): Promise<Field[]> {
  const { apiSecret, ...plain } = written;
  const differing = (Object.keys(plain) as Exclude<Field, 'apiSecret'>[]).filter(
    (field) => plain[field] !== undefined && !isDeepStrictEqual(plain[field], stored[field] ?? null),
  );
  if (apiSecret === undefined || (await openStored(stored, await box())) === apiSecret) return differing;
  return [...differing, 'apiSecret'];
}

async function openStored({ id, tenantId, apiSecretSealed }: LiveKitCredential, box: SecretBox): Promise<string | undefined> {
  if (apiSecretSealed === null) return undefined;
  try {
    return await box.open(apiSecretSealed, secretContext(tenantId, id));
  } catch (error) {
    if (error instanceof SecretUnreadableError) return undefined;
    throw error;
  }
}

/** What a config's API secret is sealed for. */
export const secretContext = (tenantId: string | null, configId: string) => ({ tenantId, configId, field: 'api_secret' }) as const;

/** What each field is called, and how it is changed on the command line. */
export const CONFIG_FIELDS: Readonly<Record<Field, { readonly label: string; readonly flag: string }>> = {
  name: { label: 'name', flag: '--name' },
  url: { label: 'url', flag: '--url' },
  apiKey: { label: 'api key', flag: '--api-key' },
  apiSecret: { label: 'api secret', flag: '--secret-file' },
  sipTrunkId: { label: 'trunk', flag: '--trunk' },
  agentName: { label: 'agent name', flag: '--agent-name' },
  dialMode: { label: 'dial mode', flag: '--dial-mode' },
  jobMetadataTemplate: { label: 'job metadata template', flag: '--job-metadata-template' },
  isActive: { label: 'active', flag: '--enable' },
};
