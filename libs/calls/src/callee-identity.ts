/** The identity that the callee of a call has in its room: always the same, so that a second one would be noticed. */
export function calleeIdentity(callId: string): string {
  return `callee-${callId.replaceAll('-', '')}`;
}
