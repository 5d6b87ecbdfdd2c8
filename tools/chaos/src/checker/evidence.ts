/** What is left of a run, by sources that know nothing of each other. */
export interface Evidence {
  /** What callers were told, in any order; one Dispatch that was retried may be in it several times. */
  readonly answers: readonly Answer[];
  /** Every row of the call log. */
  readonly calls: readonly CallRow[];
  /** Every row of the idempotency keys. */
  readonly keys: readonly Answer[];
  readonly events: readonly EventRow[];
  /** Every INVITE that the carrier has seen. */
  readonly invites: readonly Invite[];
  /** Every permit that an agent was told it has. */
  readonly grants: readonly Grant[];
  /** Writes to a lease that another process held. */
  readonly foreignLeaseWrites: readonly string[];
  /** Rooms of the deployment that have somebody in them. */
  readonly livingRooms: readonly string[];
}

/** A key and the call that it belongs to. */
export interface Answer {
  readonly tenantId: string;
  readonly key: string;
  readonly callId: string;
}

export interface CallRow {
  readonly id: string;
  readonly tenantId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly lastEvent: number;
  /** The rooms of its attempts. */
  readonly rooms: readonly string[];
  /** How long its lease has been over, in milliseconds; below 0 while somebody holds it. */
  readonly leaseOverMs: number;
}

export interface EventRow {
  readonly callId: string;
  readonly number: number;
  readonly attempt: number;
  readonly kind: string;
  readonly reason: string | null;
  /** What Dialplane says that it knows it by. */
  readonly evidence: string;
  /** ISO 8601, by the database's clock. */
  readonly at: string;
  /** Of its attempt; null: about the call itself. */
  readonly dialMode: string | null;
  /** The process that wrote it, one name for each that was started. */
  readonly writer: string;
}

export interface Invite {
  /** The callee's identity in the room, from which its call is known. */
  readonly identity: string;
}

export interface Grant {
  readonly callId: string;
  /** A job and what told its claim from others. */
  readonly holder: string;
}
