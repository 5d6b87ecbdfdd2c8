import type { Call, CallRepository } from '@dialplane/calls';
import type { LiveKitClient } from '@dialplane/livekit';
import type { Logger } from '@dialplane/telemetry';

import { confirmAgent } from './confirm-agent.ts';
import { openRoom } from './open-room.ts';
import type { OpenedCredential } from './read-credential.ts';

/** Settles as the call gets there, or ends before it. */
export type CallProgress = Readonly<Record<'room_ready' | 'agent_ready', Promise<unknown>>>;

export interface CallsInProgressParts {
  readonly calls: CallRepository;
  readonly connect: (credential: OpenedCredential) => LiveKitClient;
  readonly agentReadyMs: number;
  readonly logger: Logger;
}

export interface CallsInProgress {
  /** Whether as many calls are being carried out as one process takes. */
  isFull(): boolean;
  carryOut(call: Call, credential: OpenedCredential): CallProgress;
  /** Resolves when every call being carried out has been, or after `graceMs`; then the others are left as they are. */
  settle(graceMs: number): Promise<void>;
}

/** Each looks into its room four times a second until its agent is there. */
const MAX_CALLS_IN_PROGRESS = 500;

/** Carries calls out beside the requests that asked for them: a caller who hangs up cancels nothing. */
export function createCallsInProgress(parts: CallsInProgressParts): CallsInProgress {
  const { connect, logger } = parts;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  return {
    isFull: () => running.size >= MAX_CALLS_IN_PROGRESS,
    carryOut(call, credential) {
      const livekit = connect(credential);
      const opened = openRoom(parts, livekit, call, credential.jobMetadataTemplate, stopping.signal);
      const confirmed = opened.then((state) =>
        state === 'room_ready' ? confirmAgent(parts, livekit, call, stopping.signal) : undefined,
      );
      const logged = confirmed
        .catch((error: unknown) =>
          logger.error({ err: error, callLogId: call.id }, 'the call could not be carried out to its end'),
        )
        .finally(() => running.delete(logged));
      running.add(logged);
      return { room_ready: opened, agent_ready: confirmed };
    },
    async settle(graceMs) {
      let patience: NodeJS.Timeout | undefined;
      const outOfPatience = new Promise<void>((resolve) => {
        patience = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.all(running), outOfPatience]);
      clearTimeout(patience);
      stopping.abort();
    },
  };
}
