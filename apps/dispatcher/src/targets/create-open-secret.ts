import type { SealedSecret, SecretBox, SecretContext } from '@dialplane/secrets';

import { keepNewest } from '../keep-newest.ts';

/** Opens a sealed secret. Throws SecretUnreadableError. */
export type OpenSecret = (sealed: SealedSecret, context: SecretContext) => Promise<string>;

/** How many opened secrets are kept at most. */
const MOST_SECRETS = 1_000;

/**
 * Keeps what was opened, by the whole of what was stored and what for: every call opens its secret, and it is the same
 * from call to call. What was replaced in the database is another secret here. A failure is not kept.
 */
export function createOpenSecret({ open }: Pick<SecretBox, 'open'>): OpenSecret {
  const opened = new Map<string, Promise<string>>();
  return async (sealed, context) => {
    const { tenantId, configId, field } = context;
    const key = JSON.stringify([sealed.kid, sealed.wrappedDek, sealed.jwe, tenantId, configId, field]);
    const secret = opened.get(key) ?? open(sealed, context);
    keepNewest(opened, key, secret, MOST_SECRETS);
    try {
      return await secret;
    } catch (error) {
      if (opened.get(key) === secret) opened.delete(key);
      throw error;
    }
  };
}
