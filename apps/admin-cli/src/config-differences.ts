import { isDeepStrictEqual } from 'node:util';

import type { LiveKitCredential } from '@dialplane/tenancy';
import { SecretUnreadableError } from '@dialplane/secrets';
import type { SecretBox } from '@dialplane/secrets';

import { secretContext } from './secret-context.ts';
import type { ConfigField, WrittenConfig } from './written-config.ts';

/** The fields of a stored config that are not as written. The secret counts as other when it cannot be opened. */
export async function configDifferences(
  stored: LiveKitCredential,
  written: WrittenConfig,
  box: () => Promise<SecretBox>,
): Promise<ConfigField[]> {
  const { apiSecret, ...plain } = written;
  const differing = (Object.keys(plain) as Exclude<ConfigField, 'apiSecret'>[]).filter(
    (field) => plain[field] !== undefined && !isDeepStrictEqual(plain[field], stored[field] ?? null),
  );
  if (apiSecret === undefined || (await openStored(stored, await box())) === apiSecret) return differing;
  return [...differing, 'apiSecret'];
}

async function openStored(
  { id, tenantId, apiSecretSealed }: LiveKitCredential,
  box: SecretBox,
): Promise<string | undefined> {
  if (apiSecretSealed === null) return undefined;
  try {
    return await box.open(apiSecretSealed, secretContext(tenantId, id));
  } catch (error) {
    if (error instanceof SecretUnreadableError) return undefined;
    throw error;
  }
}
