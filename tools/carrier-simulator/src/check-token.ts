import { errors, jwtVerify } from 'jose';
import type { SIPGrant } from 'livekit-server-sdk';

import type { HttpReply } from './http-message.ts';
import { twirpError } from './twirp.ts';

export interface ApiKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

/** LiveKit takes a token for so much longer than it says, and so much earlier. */
const LEEWAY_SECONDS = 60;

/**
 * Checks an access token as LiveKit does at the moment a request arrives: signature, issuer, times, grant.
 * Resolves to LiveKit's refusal, which repeats the token, or to undefined when the token is good.
 */
export async function checkToken(
  authorization: string | undefined,
  { apiKey, apiSecret }: ApiKey,
  now: Date,
  allows: (sip: SIPGrant) => boolean | undefined,
): Promise<HttpReply | undefined> {
  // Without a token LiveKit's API asks the grants, and there are none.
  if (authorization === undefined) return twirpError('unauthenticated', 'permissions denied');
  const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
  if (token === undefined) return unauthorized('invalid authorization header. Must start with Bearer ');
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(apiSecret), {
      issuer: apiKey,
      algorithms: ['HS256', 'HS384', 'HS512'],
      clockTolerance: LEEWAY_SECONDS,
      currentDate: now,
    });
    const sip = (payload.sip ?? {}) as SIPGrant;
    return allows(sip) === true ? undefined : twirpError('unauthenticated', 'permissions denied');
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss') {
      return unauthorized(`invalid API key: ${String(error.payload.iss)}, token: ${token}`);
    }
    const why = error instanceof Error ? error.message : String(error);
    return unauthorized(`invalid token: ${token}, error: ${why}`);
  }
}

function unauthorized(text: string): HttpReply {
  return { status: 401, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(text) };
}
