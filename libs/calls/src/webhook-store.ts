/** What a deployment told by webhook: a hint that may come late, twice, in another order or never. */
export interface DeploymentEvent {
  /** The deployment's, as of a config's URL: what it says counts for its own rooms alone. */
  readonly origin: string;
  /** `EV_…`: the same when LiveKit sends the event again; unlike others of the same origin. */
  readonly id: string;
  /** `participant_left`, `room_finished`, …. */
  readonly kind: string;
  /** By the deployment's clock, in whole seconds. */
  readonly createdAt: Date;
  /** Undefined where it is about no room. */
  readonly room: string | undefined;
  /** Undefined where it is about no participant. */
  readonly participant: DeploymentEventParticipant | undefined;
  /** The event as it was sent, without secrets. */
  readonly redactedBody: Readonly<Record<string, unknown>>;
}

export interface DeploymentEventParticipant {
  readonly identity: string;
  readonly kind: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** LiveKit's name for it, such as `USER_REJECTED`; undefined while it has not left. */
  readonly disconnectReason: string | undefined;
}

/** The tenants whose configs have the key and the secret that an event was signed with; null: an operator's. */
export type WebhookOwners = readonly (string | null)[];

/**
 * What became of an event:
 * - `new`: it is kept, and counts for the call whose room it is about.
 * - `unrelated`: it is kept, and counts for no call: its room is none of ours, or neither the room's tenant nor an
 *   operator is among those whose key signed it.
 * - `known`: it was kept before, and nothing was changed.
 */
export type StoredWebhook = 'new' | 'unrelated' | 'known';

/** Webhooks as they are stored. */
export interface WebhookStore {
  /** Keeps an event, once for whomever it counts for. */
  store(event: DeploymentEvent, owners: WebhookOwners): Promise<StoredWebhook>;
  /**
   * Events that count for one of the tenant's calls, about this room of it, in the order in which they came. Of another
   * origin than the room's they say nothing about the call.
   */
  ofRoom(tenantId: string, room: string): Promise<readonly DeploymentEvent[]>;
  /**
   * Forgets events that came longer ago than this, `keepMs` in milliseconds, at least a day, at most `limit` at once,
   * and says how many. Those of a call that is not over, or not for so long, stay.
   */
  prune(keepMs: number, limit: number): Promise<number>;
}
