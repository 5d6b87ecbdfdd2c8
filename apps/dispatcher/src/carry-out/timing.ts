/** How long things may take while a call is carried out, all in milliseconds. */
export interface Timing {
  /** For the agent to come into its room; no less than LiveKit needs to say that no worker took the job. */
  readonly agentReadyMs: number;
  /** For an agent that is in the room to claim the dial. */
  readonly claimWithinMs: number;
  /** For the permit's holder to say what became of its dial, beyond the ringing timeout. */
  readonly reportWithinMs: number;
  /** For an agent or a callee to be missing from the room before it counts as gone; a server may be restarting. */
  readonly goneAfterMs: number;
  /** From a room's creation to the first look for its agent: LiveKit takes 0.2 s to offer the job, the agent as long. */
  readonly firstLookMs: number;
  /** The shortest pause between two looks into the room: for the agent, while dialling, while the two talk. */
  readonly agentLookMs: number;
  readonly dialLookMs: number;
  readonly talkLookMs: number;
  /** The pause between two deletions of a room into which a dial may still go. */
  readonly deleteEveryMs: number;
  /** After this much time since the permit nothing that was sent with the dial's token can still be served. */
  readonly tokenDeadMs: number;
  /** For a deployment to delete the room of a call that is to end. */
  readonly hangUpMs: number;
  /** For a room to be silent, on a deployment that answers otherwise, before it counts as lost with its server. */
  readonly silentMs: number;
  /** For a deployment to delete the room of an attempt that is over. */
  readonly discardMs: number;
  /** For how long a legacy agent, whose dial nobody sees from outside, may still dial into a deleted room. */
  readonly legacyDialMs: number;
  /** From a failure that nobody foresaw to the next try to carry the call on; doubled with each one. */
  readonly againMs: number;
}

/** A dial's access token, LiveKit's leeway, and how far the clocks may differ. */
const TOKEN_MS = 5_000;
const LEEWAY_MS = 60_000;
export const MAX_SKEW_MS = 30_000;

export const TIMING: Timing = {
  agentReadyMs: 20_000,
  claimWithinMs: 15_000,
  reportWithinMs: 60_000,
  goneAfterMs: 4_000,
  firstLookMs: 400,
  agentLookMs: 250,
  dialLookMs: 2_000,
  talkLookMs: 5_000,
  deleteEveryMs: 1_000,
  tokenDeadMs: TOKEN_MS + LEEWAY_MS + MAX_SKEW_MS,
  hangUpMs: 60_000,
  silentMs: 30_000,
  discardMs: 180_000,
  legacyDialMs: 5_000,
  againMs: 1_000,
};
