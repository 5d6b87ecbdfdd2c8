import { fillTemplate, jobMetadata, roomName } from '@dialplane/calls';
import type { Attempt, AttemptMove, Call, CallReason } from '@dialplane/calls';
import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitClient } from '@dialplane/livekit';
import type { Logger } from '@dialplane/telemetry';

import { recordMove } from './record-move.ts';
import type { RecordMoveParts } from './record-move.ts';

/** The first try; further ones come with failover. */
export const FIRST_ATTEMPT = 1;
/** The room outlives the longest call: LiveKit counts `emptyTimeout` from the room's creation, also after a restart. */
const ROOM_RESERVE_SECONDS = 300;
/** How often the agent dispatch is looked for after createRoom succeeded, and the pause between, in milliseconds. */
const DISPATCH_READS = 3;
const DISPATCH_READ_PAUSE_MS = 200;

/**
 * Writes the call's first attempt, then creates its room and asks for its agent in one request, sent once.
 * Returns where the attempt stands. A worker of today dials as soon as it has the job, so after this request
 * nothing is ever sent again that could launch a second agent.
 */
export async function openRoom(
  parts: RecordMoveParts,
  livekit: LiveKitClient,
  call: Call,
  template: unknown,
  stopping: AbortSignal,
): Promise<AttemptMove['to'] | 'not_ours'> {
  const { calls, logger } = parts;
  const [target] = call.targets;
  if (target === undefined) throw new Error(`Call ${call.id} has no target.`);
  const room = roomName(call.id, FIRST_ATTEMPT);
  if (!(await calls.startAttempt(call.tenantId, call.id, { number: FIRST_ATTEMPT, room }))) return 'not_ours';

  const attempt: Attempt = {
    number: FIRST_ATTEMPT,
    state: 'planned',
    reason: null,
    target,
    room,
    agentDispatchId: null,
  };
  const told = jobMetadata(call, attempt);
  const move = await createRoom(logger.child({ callLogId: call.id }), livekit, {
    name: room,
    agentName: target.agentName,
    metadata: JSON.stringify(template === null || template === undefined ? told : fillTemplate(template, told)),
    emptyTimeoutSeconds: call.maxDurationSeconds + ROOM_RESERVE_SECONDS,
  });
  const moved = await recordMove(parts, call, FIRST_ATTEMPT, move, stopping);
  return moved ? move.to : 'not_ours';
}

async function createRoom(
  logger: Logger,
  livekit: LiveKitClient,
  room: Parameters<LiveKitClient['createRoom']>[0],
): Promise<AttemptMove> {
  try {
    await livekit.createRoom(room);
  } catch (error) {
    if (!(error instanceof LiveKitError)) throw error;
    logger.warn({ err: error, kind: error.kind, outcome: error.outcome }, 'the deployment did not create the room');
    if (error.outcome !== 'unknown') return { to: 'failed', reason: REASONS[error.kind] ?? 'deployment_error' };
    // It may have been served all the same. The dispatch in its room is evidence; its absence is none.
    const agentDispatchId = await findDispatch(livekit, room.name, 1);
    return agentDispatchId === null
      ? { to: 'unknown', reason: 'outcome_unknown' }
      : { to: 'room_ready', agentDispatchId };
  }
  return { to: 'room_ready', agentDispatchId: await findDispatch(livekit, room.name, DISPATCH_READS) };
}

const REASONS: Readonly<Partial<Record<LiveKitError['kind'], CallReason>>> = {
  unreachable: 'deployment_unreachable',
  credential_refused: 'credential_refused',
};

/** The id of the room's agent dispatch, which createRoom does not return; null when LiveKit does not name one. */
async function findDispatch(livekit: LiveKitClient, room: string, reads: number): Promise<string | null> {
  for (let read = 1; ; read++) {
    try {
      const [dispatch] = await livekit.listAgentDispatches(room);
      if (dispatch !== undefined) return dispatch.id;
    } catch (error) {
      if (!(error instanceof LiveKitError)) throw error;
    }
    if (read >= reads) return null;
    await new Promise((resolve) => setTimeout(resolve, DISPATCH_READ_PAUSE_MS));
  }
}
