import { fillTemplate, jobMetadata } from '@dialplane/calls';
import type { AgentCallsAccess, CallReason } from '@dialplane/calls';
import { StatusError } from '@dialplane/grpc';
import { LiveKitError } from '@dialplane/livekit';

import type { OpenedCredential } from '../targets/read-credential.ts';
import { asked } from './asked.ts';
import { clientOf, guardClient } from './client-of.ts';
import { createOpener } from './create-opener.ts';
import { discardingOrphan } from './discard-orphan.ts';
import { failAttempt } from './fail-attempt.ts';
import { isSkewed } from './is-skewed.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CallClient } from './call-client.ts';
import type { CarryOutParts } from './parts.ts';

/** The room outlives the longest call: LiveKit counts `emptyTimeout` from the room's creation, also after a restart. */
const ROOM_RESERVE_SECONDS = 300;
/** How often the agent dispatch is looked for after createRoom succeeded, and the pause between, in milliseconds. */
const DISPATCH_READS = 3;
const DISPATCH_READ_PAUSE_MS = 200;
const NO_ACCESS: AgentCallsAccess = { address: '', token: '' };

/**
 * PLANNED: creates the room and asks for its agent in one request, sent once. In the dial mode `legacy` that is the
 * point of no return, since the agent dials when it has the job; in the others no agent dials without the permit.
 */
export async function openRoom(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  if (!owned.rooms.unasked.has(owned.attempt.number)) return findRoom(parts, owned);
  if (owned.isCancelled) return failAttempt(parts, owned, 'cancelled', 'CancelCall', 'never asked for');
  const credential = await readCredential(parts, owned);
  if (credential === undefined) {
    return failAttempt(parts, owned, 'config_changed', 'the LiveKit config', 'never asked for');
  }
  const connected = discardingOrphan(parts, owned, parts.connect(credential));
  const livekit = guardClient(owned, createOpener(parts, owned, owned.attempt, connected));
  owned.rooms.clients.set(owned.attempt.number, livekit);
  const { call, attempt } = owned;
  const access = attempt.dialMode === 'legacy' ? NO_ACCESS : await parts.agentAccess(call, attempt);
  const told = jobMetadata(call, attempt, access);
  const template = credential.jobMetadataTemplate;
  const room = {
    name: attempt.room,
    agentName: attempt.target.agentName,
    metadata: JSON.stringify(template === null || template === undefined ? told : fillTemplate(template, told)),
    emptyTimeoutSeconds: call.maxDurationSeconds + ROOM_RESERVE_SECONDS,
  };
  owned.rooms.unasked.delete(attempt.number);
  owned.rooms.standing.add(attempt.number);
  await owned.pace.critically(() => create(parts, owned, livekit, room));
  if (owned.attempt.state === 'room_ready') await owned.pause(parts.timing.firstLookMs);
}

async function create(
  parts: CarryOutParts,
  owned: OwnedCall,
  livekit: CallClient,
  room: Parameters<CallClient['createRoom']>[0],
): Promise<void> {
  const isLegacy = owned.attempt.dialMode === 'legacy';
  try {
    await livekit.createRoom(room);
  } catch (error) {
    if (!(error instanceof LiveKitError)) throw error;
    owned.logger.warn({ err: error, kind: error.kind, outcome: error.outcome }, 'the deployment created no room');
    if (error.outcome !== 'unknown') {
      const reason = isSkewed(livekit) ? 'clock_skew' : (REASONS[error.kind] ?? 'deployment_error');
      return failAttempt(parts, owned, reason, 'createRoom', 'never asked for');
    }
    // It may have been served all the same. The dispatch in its room is evidence; its absence is none. Where no agent
    // dials without the permit, a deployment that is silent is not waited for once more.
    const isSilent = error.kind === 'timeout' && !isLegacy;
    const agentDispatchId = isSilent ? null : await findDispatch(livekit, room.name, 1);
    if (agentDispatchId !== null) {
      await owned.move({ to: 'room_ready', agentDispatchId, evidence: 'listDispatch' });
    } else if (isLegacy) {
      await owned.move({ to: 'unknown', reason: 'outcome_unknown', evidence: 'createRoom' });
    } else await failAttempt(parts, owned, 'deployment_error', 'createRoom');
    return;
  }
  // Nothing that is sent to a deployment whose clock is off could be fenced by a token's end.
  if (!isLegacy && isSkewed(livekit)) return failAttempt(parts, owned, 'clock_skew', 'createRoom');
  const agentDispatchId = await findDispatch(livekit, room.name, DISPATCH_READS);
  await owned.move({ to: 'room_ready', agentDispatchId, evidence: 'createRoom' });
}

/** An attempt that a lost process planned: whether it has asked for the room, the room alone can tell. */
async function findRoom(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { attempt } = owned;
  const livekit = clientOf(parts, owned, attempt);
  const rooms = await asked(livekit.listRooms([attempt.room]));
  if (rooms !== undefined && rooms.length > 0) {
    const agentDispatchId = await findDispatch(livekit, attempt.room, 1);
    await owned.move({ to: 'room_ready', agentDispatchId, evidence: 'listRooms' });
  } else if (attempt.dialMode === 'legacy') {
    await owned.move({ to: 'unknown', reason: 'outcome_unknown', evidence: 'taken over' });
  } else await failAttempt(parts, owned, 'dispatcher_lost', 'taken over');
}

const REASONS: Readonly<Partial<Record<LiveKitError['kind'], CallReason>>> = {
  unreachable: 'deployment_unreachable',
  credential_refused: 'credential_refused',
};

async function readCredential(parts: CarryOutParts, owned: OwnedCall): Promise<OpenedCredential | undefined> {
  const known = owned.credential;
  owned.credential = undefined;
  if (known !== undefined) return known;
  try {
    return await parts.readCredential(owned.call, owned.attempt.target);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    owned.logger.warn({ err: error }, 'the target of a call can be used no longer');
    return undefined;
  }
}

/** The id of the room's agent dispatch, which createRoom does not return; null when LiveKit does not name one. */
async function findDispatch(livekit: CallClient, room: string, reads: number): Promise<string | null> {
  for (let read = 1; ; read++) {
    const dispatches = await asked(livekit.listAgentDispatches(room));
    if (dispatches?.[0] !== undefined) return dispatches[0].id;
    if (read >= reads) return null;
    await new Promise((resolve) => setTimeout(resolve, DISPATCH_READ_PAUSE_MS));
  }
}
