/** What agents saw and did: evidence that Dialplane has no hand in. */
export interface AgentEntry {
  readonly callId: string;
  readonly attempt: number;
  readonly jobId: string;
  readonly what: 'joined' | 'permit_granted' | 'permit_refused' | 'dialled' | 'dial_ended' | 'left';
  /** Told apart from other claims of the call; empty where none is made. */
  readonly nonce: string;
  readonly detail: string;
}

export interface AgentLog {
  note(entry: AgentEntry): void;
  readonly entries: readonly AgentEntry[];
}

export function createAgentLog(): AgentLog {
  const entries: AgentEntry[] = [];
  return { entries, note: (entry) => entries.push(entry) };
}
