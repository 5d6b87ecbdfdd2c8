import type { SealedSecret } from '@dialplane/tenancy';

import type { Database } from '../open-database.ts';

/** An active LiveKit config with the API key that was asked for. */
export interface StoredWebhookKey {
  readonly configId: string;
  /** Null for an operator's config. */
  readonly tenantId: string | null;
  readonly url: string;
  readonly apiSecretSealed: SealedSecret;
}

/** Looks across tenants: a webhook names its API key and no tenant. */
export interface WebhookKeyReader {
  byApiKey(apiKey: string): Promise<readonly StoredWebhookKey[]>;
}

export function createWebhookKeyReader(db: Database): WebhookKeyReader {
  return {
    byApiKey: (apiKey) =>
      db.withTenant(null, (em) =>
        em.execute<StoredWebhookKey[]>(
          `SELECT config_id AS "configId", tenant_id AS "tenantId", url, api_secret_sealed AS "apiSecretSealed"
           FROM "${db.schema}".webhook_keys(?)`,
          [apiKey],
        ),
      ),
  };
}
