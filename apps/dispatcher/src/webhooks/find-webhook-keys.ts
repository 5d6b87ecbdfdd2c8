import type { WebhookOwners } from '@dialplane/calls';
import type { WebhookKeyReader } from '@dialplane/database';
import type { WebhookKey } from '@dialplane/livekit';
import { SecretUnreadableError } from '@dialplane/secrets';
import { readServerUrl } from '@dialplane/tenancy';

import type { EnvironmentCredential } from '../config.ts';
import { keepNewest } from '../keep-newest.ts';
import type { OpenSecret } from '../targets/create-open-secret.ts';

/** How long what was found is used, in milliseconds: a key that is switched off counts for as long. */
const KEPT_MS = 10_000;
/** Of API keys, those that nobody has among them. */
const MAX_KEPT = 1_000;

/** A key, and whose it is: what it signs counts for nobody else. */
export interface OwnedKey extends WebhookKey {
  readonly owners: WebhookOwners;
}

/** Keys of one name, by the origin of the server that they are for. */
export type KeysByOrigin = ReadonlyMap<string, readonly OwnedKey[]>;

export interface WebhookKeysParts {
  readonly webhookKeys: WebhookKeyReader;
  readonly openSecret: OpenSecret;
  readonly environmentCredential: EnvironmentCredential | undefined;
  readonly keptMs?: number;
}

/**
 * Finds every active key of a name, whosever it is: a webhook names its API key and neither tenant nor server. Keys
 * that cannot be opened are as good as absent.
 */
export function createFindWebhookKeys(parts: WebhookKeysParts): (apiKey: string) => Promise<KeysByOrigin> {
  const { keptMs = KEPT_MS } = parts;
  const kept = new Map<string, { readonly until: number; readonly keys: Promise<KeysByOrigin> }>();

  return (apiKey) => {
    const known = kept.get(apiKey);
    if (known !== undefined && performance.now() < known.until) return known.keys;
    const keys = findKeys(parts, apiKey);
    keepNewest(kept, apiKey, { until: performance.now() + keptMs, keys }, MAX_KEPT);
    keys.catch(() => kept.delete(apiKey));
    return keys;
  };
}

async function findKeys(
  { webhookKeys, openSecret, environmentCredential }: WebhookKeysParts,
  apiKey: string,
): Promise<KeysByOrigin> {
  const found = new Map<string, (WebhookKey & { readonly owners: (string | null)[] })[]>();
  const add = (origin: string, apiSecret: string, owner: string | null): void => {
    const keys = found.get(origin) ?? [];
    found.set(origin, keys);
    // Tenants who share a deployment may have the same key of it; who only knows its name has not.
    const known = keys.find((key) => key.apiSecret === apiSecret);
    if (known === undefined) keys.push({ apiKey, apiSecret, owners: [owner] });
    else if (!known.owners.includes(owner)) known.owners.push(owner);
  };
  if (environmentCredential?.apiKey === apiKey)
    add(environmentCredential.deployment, environmentCredential.apiSecret, null);
  for (const { tenantId, configId, url, apiSecretSealed } of await webhookKeys.byApiKey(apiKey)) {
    const reading = readServerUrl(url);
    if (reading.kind === 'problem') continue;
    try {
      const apiSecret = await openSecret(apiSecretSealed, { tenantId, configId, field: 'api_secret' });
      add(reading.serverUrl.origin, apiSecret, tenantId);
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
    }
  }
  return found;
}
