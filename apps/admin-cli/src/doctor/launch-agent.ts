import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitClient } from '@dialplane/livekit';
import type { LiveKitCredential } from '@dialplane/tenancy';

import { serverTrouble } from './check-server.ts';
import { failed, passed } from './step.ts';
import type { Step } from './step.ts';

/** What a worker is told: that nobody is to be dialled, and nobody to dial. */
const PROBE_METADATA = JSON.stringify({ version: 1, purpose: 'probe' });
/** LiveKit looks for a worker for 10 s; a cold process takes some seconds more to come. */
const WAIT_MS = 15_000;
const LOOK_EVERY_MS = 250;
/** Should this process die, LiveKit closes the empty room by itself. */
const EMPTY_TIMEOUT_SECONDS = 30;

/** Launches the agent into a throw-away room that names nobody to dial, waits until it is there, and deletes the room. */
export async function launchAgent(config: LiveKitCredential, liveKit: LiveKitClient, agentName: string, signal: AbortSignal): Promise<Step> {
  const room = `dialplane-probe-${randomUUID()}`;
  try {
    await liveKit.createRoom({ name: room, agentName, metadata: PROBE_METADATA, emptyTimeoutSeconds: EMPTY_TIMEOUT_SECONDS });
    const startedAt = performance.now();
    while (performance.now() - startedAt < WAIT_MS && !signal.aborted) {
      if (await liveKit.findAgent(room, agentName)) {
        return passed('agent', `a worker answers to ${agentName} (after ${Math.round(performance.now() - startedAt)} ms)`);
      }
      await pause(LOOK_EVERY_MS);
    }
    const jobs = (await liveKit.listAgentDispatches(room)).reduce((sum, dispatch) => sum + dispatch.jobs, 0);
    const update = `dialplane config set-agent-name ${config.id} <name> ${config.tenantId === null ? '--operator' : `--tenant ${config.tenantId}`}`;
    return jobs === 0
      ? failed('agent', 'no_agent', `No worker took the job: none is registered as ${agentName}, or all are busy.`,
        `Start a worker under that name, or set the name that yours has: ${update}`)
      : failed('agent', 'agent_not_in_room', `A worker took the job of ${agentName}, and no agent came into the room.`,
        "Look into the worker's log: it must not fail on the metadata of a probe");
  } catch (error) {
    if (error instanceof LiveKitError) return serverTrouble('agent', config, error);
    throw error;
  } finally {
    // Gone already, or out of reach: the room closes by itself.
    await liveKit.deleteRoom(room).catch(() => {});
  }
}
