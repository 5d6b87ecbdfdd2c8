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

/** Webhooks as they are stored. */
export interface WebhookStore {
  /** Keeps an event. `known`: an event of this origin and id was stored before, and nothing was changed. */
  store(event: DeploymentEvent): Promise<'new' | 'known'>;
  /**
   * Events about a room of one of the tenant's calls, in the order in which they came. Of another origin than the room's they say
   * nothing about the call.
   */
  ofRoom(tenantId: string, room: string): Promise<readonly DeploymentEvent[]>;
}
