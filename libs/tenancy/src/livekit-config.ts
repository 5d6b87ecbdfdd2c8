/**
 * Who dials the callee. `dispatcher`: the dispatcher, when the agent is there or asks for it. `claiming`: the agent,
 * after it has claimed the call's permit. `legacy`: the agent's own worker when its job starts, unasked. Any other
 * value is refused by this version.
 */
export const DIAL_MODES = ['dispatcher', 'claiming', 'legacy'] as const;

/** Of a config that is added; one that Dialplane adopted is `legacy`. */
export const DEFAULT_DIAL_MODE: (typeof DIAL_MODES)[number] = 'dispatcher';

/** The shape of a trunk's id in LiveKit. */
export const SIP_TRUNK_ID = /^ST_[A-Za-z0-9_-]{1,64}$/;
const AGENT_NAME_MAX_LENGTH = 256;

/** Whether the text has the shape of a trunk's id in LiveKit. */
export function isSipTrunkId(text: string): boolean {
  return SIP_TRUNK_ID.test(text);
}

/** Whether workers can register under the name: 1 to 256 characters, none a control character, not all blank. */
export function isAgentName(text: string): boolean {
  return text.trim() !== '' && text.length <= AGENT_NAME_MAX_LENGTH && !/\p{Cc}/u.test(text) && text.isWellFormed();
}

/** A tenant's credential and defaults for one LiveKit server, without the secret. */
export interface LiveKitConfig {
  /** A UUID. */
  readonly id: string;
  /** The owning tenant, a UUID; null for an operator's, which any tenant's number may name. */
  readonly tenantId: string | null;
  readonly name: string;
  /** As configured: http, https, ws or wss. */
  readonly url: string;
  /** The trunk to dial over, `ST_…`. */
  readonly sipTrunkId: string | null;
  /** The name that the agent's workers register under. */
  readonly agentName: string | null;
  /** One of DIAL_MODES, or what somebody else wrote into the column. */
  readonly dialMode: string;
  readonly isActive: boolean;
}

/** An API secret as it is stored: data key wrapped by the key `kid`, the secret in a JWE under the data key. */
export interface SealedSecret {
  readonly kid: string;
  readonly wrappedDek: string;
  readonly jwe: string;
}

/** What the dispatcher needs besides to act on a deployment. Never leaves the process that read it. */
export interface LiveKitCredential extends LiveKitConfig {
  readonly apiKey: string;
  /** Null on an adopted row whose secret has not been sealed yet. */
  readonly apiSecretSealed: SealedSecret | null;
  /** The shape that the workers expect their job's metadata in; null for Dialplane's own. */
  readonly jobMetadataTemplate: unknown;
}
