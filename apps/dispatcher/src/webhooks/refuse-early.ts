import { apiKeyOf } from '@dialplane/livekit';
import type { WebhookRefusal } from '@dialplane/livekit';

import type { KeysByOrigin } from './find-webhook-keys.ts';

/**
 * Why a webhook is refused whatever its body is; undefined where the body decides. Nobody's body is read before somebody
 * has the key that it claims to be signed with. Throws when the keys cannot be looked up.
 */
export async function refuseEarly(
  keysOf: (apiKey: string) => Promise<KeysByOrigin>,
  authorization: string,
): Promise<WebhookRefusal | undefined> {
  const apiKey = apiKeyOf(authorization);
  if (apiKey === undefined) return 'unsigned';
  return (await keysOf(apiKey)).size === 0 ? 'unknown_key' : undefined;
}
