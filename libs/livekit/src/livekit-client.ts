/** A server and one of its API keys. */
export interface LiveKitServer {
  /** http, https, ws or wss: the same server. */
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** For one request with its reply, in milliseconds; 10,000 when unset. */
  readonly timeoutMs?: number;
}

export interface NewRoom {
  /** 1 to 256 printable ASCII characters without spaces. */
  readonly name: string;
  /** The name that the agent's workers register under. */
  readonly agentName: string;
  /** What the agent's job is told, at most 64 KiB of UTF-8. */
  readonly metadata: string;
  /** How long the room may stand without anybody, from its creation, also after a restart of the server. */
  readonly emptyTimeoutSeconds: number;
}

export interface CreatedRoom {
  readonly name: string;
  /** `RM_…` */
  readonly sid: string;
}

export interface AgentDispatch {
  /** `AD_…` */
  readonly id: string;
  readonly agentName: string;
  /** What its job is told; may hold phone numbers. */
  readonly metadata: string;
  /**
   * How many jobs LiveKit lists for it. It lists a job some seconds after a worker took it: 0 proves nothing
   * before then.
   */
  readonly jobs: number;
}

export interface Participant {
  readonly identity: string;
  readonly kind: 'standard' | 'agent' | 'sip' | 'other';
  readonly attributes: Readonly<Record<string, string>>;
}

/** A trunk to dial over, without its password. */
export interface OutboundTrunk {
  /** `ST_…` */
  readonly id: string;
  readonly name: string;
  /** The carrier's host. */
  readonly address: string;
  /** The caller ids that the trunk lists, as they were written there. */
  readonly numbers: readonly string[];
}

/** One INVITE to send. */
export interface NewDial {
  readonly room: string;
  /** The callee's in the room, from `calleeIdentity`. */
  readonly identity: string;
  /** `ST_…` */
  readonly sipTrunkId: string;
  /** What goes to the carrier as the callee: `+` and digits, `*` and `#` alone. */
  readonly number: string;
  /** What goes to the carrier as the caller; always sent, since LiveKit would pick one of the trunk's numbers. */
  readonly callerId: string;
  readonly sipHeaders: Readonly<Record<string, string>>;
  /** Put on the participant. */
  readonly attributes: Readonly<Record<string, string>>;
  /** 1 to 80. */
  readonly ringingTimeoutSeconds: number;
  readonly maxDurationSeconds: number;
}

export interface AnsweredDial {
  /** `SCL_…`; empty when LiveKit did not say. */
  readonly sipCallId: string;
}

/** A dial with its access token, signed already: however late `send` is called, the token's end does not move. */
export interface PreparedDial {
  /** When the token ends, by this process's clock; LiveKit takes it for 60 s more. */
  readonly tokenExpiresAt: Date;
  /**
   * Sends the dial, once; a second call rejects, and so does one after the token's end, with nothing sent. Resolves
   * when the callee has answered; rejects with a LiveKitError, which carries the carrier's SIP code where there was
   * one, at the latest 10 s after the ringing timeout.
   */
  send(): Promise<AnsweredDial>;
}

/** Every method sends one request, once, and rejects with a LiveKitError. */
export interface LiveKitClient {
  /** A cheap read that succeeds when the server is a LiveKit server and takes the key. */
  probe(): Promise<void>;
  /**
   * Creates the room and asks for its agent in one request. Safe to repeat one after the other while the room
   * lives; afterwards it launches the agent again. Success is not an agent: see `findAgent`.
   */
  createRoom(room: NewRoom): Promise<CreatedRoom>;
  /** Those of the named rooms that exist. */
  listRooms(names: readonly string[]): Promise<CreatedRoom[]>;
  /** Rejects with `not_found` when there is none. */
  deleteRoom(room: string): Promise<void>;
  /** Takes seconds and rejects with `server_error` when the room does not exist. */
  listAgentDispatches(room: string): Promise<AgentDispatch[]>;
  /** Empty when the room does not exist. */
  listParticipants(room: string): Promise<Participant[]>;
  /** The participant that is an agent of this name, or of no name that the server tells, once it is in the room. */
  findAgent(room: string, agentName: string): Promise<Participant | undefined>;
  listOutboundTrunks(): Promise<OutboundTrunk[]>;
  /** Signs a dial and sends nothing. Rejects when the request itself is wrong. */
  prepareDial(dial: NewDial): Promise<PreparedDial>;
  /** Rejects with `not_found` when it is not there. */
  removeParticipant(room: string, identity: string): Promise<void>;
  /**
   * How far the server's clock was ahead of this process's at its last reply to any client, in milliseconds (the
   * header has whole seconds); undefined where no reply of the last minute told.
   */
  clockSkewMs(): number | undefined;
}
