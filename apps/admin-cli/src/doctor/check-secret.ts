import { SecretUnreadableError } from '@dialplane/secrets';
import type { SecretBox } from '@dialplane/secrets';
import type { LiveKitCredential } from '@dialplane/tenancy';

import { scopeFlag } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { secretContext } from '../secret-context.ts';
import { failed, passed } from './step.ts';
import type { Step } from './step.ts';

/** Whether the config's API secret opens with the key that this process has. */
export async function checkSecret(
  config: LiveKitCredential,
  secretBox: () => Promise<SecretBox>,
): Promise<{ step: Step; apiSecret?: string }> {
  const { id, tenantId, apiSecretSealed } = config;
  const mend = `dialplane config update ${id} ${scopeFlag(tenantId)} --secret-file <path>`;
  if (apiSecretSealed === null)
    return { step: failed('secret', 'secret_missing', 'The config has no sealed API secret.', `Give it one: ${mend}`) };
  try {
    const apiSecret = await (await secretBox()).open(apiSecretSealed, secretContext(tenantId, id));
    return { step: passed('secret', `opens with key ${apiSecretSealed.kid}`), apiSecret };
  } catch (error) {
    if (error instanceof SecretUnreadableError)
      return { step: failed('secret', 'secret_unreadable', error.message, `${error.hint} (${mend})`) };
    if (error instanceof Refusal) return { step: failed('secret', error.reason, error.message, error.hint, true) };
    throw error;
  }
}
