import { AccessToken, type SIPGrant, type VideoGrant } from 'livekit-server-sdk';

import { LiveKitError } from './livekit-error.ts';

/** What one request needs, and no more. */
export interface Grants {
  readonly video?: VideoGrant;
  readonly sip?: SIPGrant;
}

/** LiveKit accepts a token for 60 s more than it says: after that nothing that was sent can still be served. */
const TOKEN_LIFE_SECONDS = 5;

/** An access token with these grants and no more, for requests that are sent at once. */
export async function createToken(key: { apiKey: string; apiSecret: string }, grants: Grants): Promise<string> {
  // The SDK would silently use LIVEKIT_API_KEY and LIVEKIT_API_SECRET, perhaps another tenant's.
  if (key.apiKey === '' || key.apiSecret === '') {
    throw new LiveKitError('credential_refused', 'not_sent', 'The API key or its secret is empty.');
  }
  const token = new AccessToken(key.apiKey, key.apiSecret, { ttl: TOKEN_LIFE_SECONDS });
  if (grants.video !== undefined) token.addGrant(grants.video);
  if (grants.sip !== undefined) token.addSIPGrant(grants.sip);
  return token.toJwt();
}

/** When an access token ends, by the clock of the process that signed it. */
export function expiryOf(token: string): Date {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return new Date((JSON.parse(payload) as { exp: number }).exp * 1_000);
}
