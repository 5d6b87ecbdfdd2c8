import { createHash } from 'node:crypto';

/**
 * The room of an attempt: `call-<32 hex>-<8 hex>`, the call's id without dashes and a hash of id and attempt.
 * The same attempt always has the same room, and no other attempt has it.
 */
export function roomName(callId: string, attemptNumber: number): string {
  const hash = createHash('sha256').update(`${callId}/${attemptNumber}`).digest('hex');
  return `call-${callId.replaceAll('-', '')}-${hash.slice(0, 8)}`;
}

/** The id of the call that a room's name has in it; undefined for a room that is none of ours. */
export function callIdOfRoom(room: string): string | undefined {
  const hex = /^call-([0-9a-f]{32})-[0-9a-f]{8}$/.exec(room)?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
