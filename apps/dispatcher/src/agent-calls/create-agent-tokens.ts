import type { webcrypto } from 'node:crypto';

import { StatusError } from '@dialplane/grpc';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

const ALGORITHM = 'HS256';
const ISSUER = 'dialplane';
const AUDIENCE = 'dialplane.v1.AgentCalls';
/** How long after its end a token is good for following, in seconds: longer than any call lasts. */
const FOLLOWING_SECONDS = 5 * 3_600;
/** In characters; ours have some 500. */
const MAX_LENGTH = 4_096;

/** What a token is good for. */
export interface AgentTokenClaims {
  /** `dial`: PlaceDial and ClaimDial. `report`: ReportDial, of the job that claimed. */
  readonly purpose: 'dial' | 'report';
  readonly tenantId: string;
  readonly callId: string;
  readonly attempt: number;
  readonly agentName: string;
  /** The job that claimed; null in a token to dial, whose job is not known when it is made. */
  readonly jobId: string | null;
}

/** Tokens that tell an agent's process apart from everybody else who reaches AgentCalls. */
export interface AgentTokens {
  /** `lifetimeSeconds` from now. */
  sign(claims: AgentTokenClaims, lifetimeSeconds: number): Promise<string>;
  /**
   * Throws UNAUTHENTICATED unless the token is one of ours, made for this purpose, and not expired. `follow`: for no
   * more than to hear of what was asked for before; an agent may have to for as long as its call lasts.
   */
  verify(token: string, purpose: AgentTokenClaims['purpose'], use?: 'ask' | 'follow'): Promise<AgentTokenClaims>;
}

const payload = z.object({
  tenant: z.string(),
  call: z.string(),
  attempt: z.number(),
  agent: z.string(),
  job: z.string().optional(),
  purpose: z.enum(['dial', 'report']),
});

/**
 * `key`: for HMAC-SHA-256, the same in every replica: from `deriveSigningKey`. `now`: in milliseconds since 1970, also
 * the same in every replica, since one signs what another one verifies.
 */
export function createAgentTokens(key: webcrypto.CryptoKey, now: () => number): AgentTokens {
  return {
    sign: ({ tenantId, callId, attempt, agentName, jobId, purpose }, lifetimeSeconds) =>
      new SignJWT({
        tenant: tenantId,
        call: callId,
        attempt,
        agent: agentName,
        purpose,
        ...(jobId !== null && { job: jobId }),
      })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setExpirationTime(Math.ceil(now() / 1000) + lifetimeSeconds)
        .sign(key),

    async verify(token, purpose, use = 'ask') {
      if (token.length > MAX_LENGTH) throw refused('is not one of this dispatcher');
      const options = {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
        clockTolerance: use === 'follow' ? FOLLOWING_SECONDS : 0,
      };
      const verified = await jwtVerify(token, key, options).catch((error: unknown) => {
        if (error instanceof errors.JWTExpired) throw refused('has expired');
        if (error instanceof errors.JOSEError) throw refused('is not one of this dispatcher');
        throw error;
      });
      const claims = payload.safeParse(verified.payload).data;
      if (claims?.purpose !== purpose) throw refused(`is not for ${purpose === 'dial' ? 'dialling' : 'reporting'}`);
      return {
        purpose,
        tenantId: claims.tenant,
        callId: claims.call,
        attempt: claims.attempt,
        agentName: claims.agent,
        jobId: claims.job ?? null,
      };
    },
  };
}

function refused(why: string): StatusError {
  return new StatusError({
    code: 'UNAUTHENTICATED',
    reason: 'AGENT_TOKEN_REFUSED',
    message: `The token ${why}.`,
    fault: 'agent',
    retryable: false,
    hint: "Send agent_calls_token of the job's own metadata, or for ReportDial the claim's report_token, unchanged.",
  });
}
