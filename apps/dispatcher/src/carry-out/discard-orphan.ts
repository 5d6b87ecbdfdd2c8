import type { CallClient } from './call-client.ts';
import { deletePatiently } from './delete-patiently.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/**
 * The same client, whose createRoom leaves no room behind when its answer came after the lease was lost, as after
 * the process slept: whoever took the call over may have found no room then, and given the attempt up. A room of an
 * attempt that is not over is theirs.
 */
export function discardingOrphan(
  parts: Pick<CarryOutParts, 'calls' | 'timing'>,
  owned: OwnedCall,
  client: CallClient,
): CallClient {
  const { tenantId, id } = owned.call;
  const { number, room } = owned.attempt;
  const discardIfOrphan = async (): Promise<void> => {
    const isHeld = await owned.held.confirm().then(
      () => true,
      () => false,
    );
    if (isHeld) return;
    const call = await parts.calls.get(tenantId, id);
    const state = call?.attempts.find((attempt) => attempt.number === number)?.state;
    if (state !== 'failed' && state !== 'ended') return;
    await deletePatiently(client, room, { forMs: parts.timing.discardMs, isOver: () => owned.pace.isRetiring() });
    owned.logger.info({ room }, 'a room that came of a request too late is deleted');
  };
  return {
    ...client,
    async createRoom(asked) {
      try {
        return await client.createRoom(asked);
      } finally {
        discardIfOrphan().catch((error: unknown) => {
          owned.logger.warn({ err: error, room }, 'a room that came of a request too late may stay');
        });
      }
    },
  };
}
