/** The identity that LiveKit gives an agent in its room, by the id of its job: who is watched there, or removed. */
export function agentIdentity(jobId: string): string {
  return `agent-${jobId}`;
}
