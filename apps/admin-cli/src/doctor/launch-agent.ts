import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { LiveKitError, noWorkerTookIt } from '@dialplane/livekit';
import type { LiveKitClient } from '@dialplane/livekit';
import type { LiveKitCredential } from '@dialplane/tenancy';

import { scopeFlag } from '../options.ts';
import type { Tools } from '../wire.ts';
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

/** Launches the agent into a throw-away room that names nobody to dial, and waits until it is there. The room is deleted at the end. */
export async function launchAgent(
  config: LiveKitCredential,
  liveKit: LiveKitClient,
  agentName: string,
  atEnd: Tools['atEnd'],
): Promise<Step> {
  const room = `dialplane-probe-${randomUUID()}`;
  // Should the server be out of reach by then, it closes the room by itself.
  atEnd(() => removeRoom(liveKit, room).catch(() => {}));
  try {
    await liveKit.createRoom({
      name: room,
      agentName,
      metadata: PROBE_METADATA,
      emptyTimeoutSeconds: EMPTY_TIMEOUT_SECONDS,
    });
    const startedAt = performance.now();
    while (performance.now() - startedAt < WAIT_MS) {
      if (await liveKit.findAgent(room, agentName)) {
        return passed(
          'agent',
          `agent name ${agentName} answers (after ${Math.round(performance.now() - startedAt)} ms)`,
        );
      }
      await pause(LOOK_EVERY_MS);
    }
    const dispatches = await liveKit.listAgentDispatches(room);
    const update = `dialplane config set-agent-name ${config.id} <name> ${scopeFlag(config.tenantId)}`;
    return noWorkerTookIt(dispatches)
      ? failed(
          'agent',
          'no_agent',
          `No worker took the job: none is registered under agent name ${agentName}, or all are busy.`,
          `Start one under that agent name, or set the one that yours has: ${update}`,
        )
      : failed(
          'agent',
          'agent_not_in_room',
          `No agent came into the room, although a worker of agent name ${agentName} may have taken the job.`,
          "Look into the worker's log: it must not fail on the metadata of a probe",
        );
  } catch (error) {
    if (error instanceof LiveKitError) return serverTrouble('agent', config, error);
    throw error;
  }
}

/** For so long an agent that was on its way into the deleted room may come in all the same, and thereby make it again. */
const WATCH_MS = 2_000;

async function removeRoom(liveKit: LiveKitClient, room: string): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const [present] = await liveKit.listRooms([room]);
    // It may have gone by itself in between.
    if (present !== undefined) await liveKit.deleteRoom(room).catch(() => {});
    if (performance.now() - startedAt >= WATCH_MS) return;
    await pause(LOOK_EVERY_MS);
  }
}
