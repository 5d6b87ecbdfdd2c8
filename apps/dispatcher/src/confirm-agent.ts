import { roomName } from '@dialplane/calls';
import type { AttemptMove, Call } from '@dialplane/calls';
import { LiveKitError, noWorkerTookIt } from '@dialplane/livekit';
import type { LiveKitClient } from '@dialplane/livekit';

import { FIRST_ATTEMPT } from './open-room.ts';
import { recordMove } from './record-move.ts';
import type { RecordMoveParts } from './record-move.ts';

/** The pause between two looks into the room, in milliseconds. */
const LOOK_EVERY_MS = 250;

export interface ConfirmAgentParts extends RecordMoveParts {
  /** How long the agent may take, in milliseconds; no less than LiveKit needs to say that no worker took the job. */
  readonly agentReadyMs: number;
}

/**
 * Watches the room until the agent is in it. When none came in time: if no worker took the job, none will, and
 * the attempt has failed; if one did, it may be dialling, and the outcome is unknown. A process that stops leaves
 * the call where it stands.
 */
export async function confirmAgent(
  parts: ConfirmAgentParts,
  livekit: LiveKitClient,
  call: Call,
  stopping: AbortSignal,
): Promise<void> {
  const room = roomName(call.id, FIRST_ATTEMPT);
  const agentName = call.targets[0]?.agentName ?? '';
  const move = await watchForAgent(livekit, room, agentName, Date.now() + parts.agentReadyMs, stopping);
  if (move === undefined) return;
  await recordMove(parts, call, FIRST_ATTEMPT, move, stopping);
  if (move.to === 'failed') await deleteRoom(livekit, room);
}

async function watchForAgent(
  livekit: LiveKitClient,
  room: string,
  agentName: string,
  until: number,
  stopping: AbortSignal,
): Promise<AttemptMove | undefined> {
  for (;;) {
    if (stopping.aborted) return undefined;
    if (await asked(() => livekit.findAgent(room, agentName))) return { to: 'agent_ready' };
    if (Date.now() >= until) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const dispatches = await asked(() => livekit.listAgentDispatches(room));
  const nobodyTookTheJob = dispatches !== undefined && noWorkerTookIt(dispatches);
  return nobodyTookTheJob ? { to: 'failed', reason: 'no_agent' } : { to: 'unknown', reason: 'outcome_unknown' };
}

/** The answer to a read; undefined when the deployment gives none just now. */
async function asked<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LiveKitError) return undefined;
    throw error;
  }
}

/** Best effort: the room is empty, and LiveKit would close it by itself in the end. */
async function deleteRoom(livekit: LiveKitClient, room: string): Promise<void> {
  await asked(() => livekit.deleteRoom(room));
}
