import { carryOut } from './carry-out.ts';
import { deleteRoom } from './delete-room.ts';
import { discardRoom } from './discard-room.ts';
import { DroppedCall } from './dropped-call.ts';
import { endNarrowly } from './end-narrowly.ts';
import type { EndNarrowlyParts } from './end-narrowly.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** So often in a row a call may fail to be carried on, before it is ended. */
export const MOST_FAILURES = 10;
/** The longest pause, and the time without a failure after which they are counted anew, by the first pause. */
const LONGEST_PAUSE = 30;
const SOUND = 300;

export type PersevereParts = CarryOutParts & { readonly calls: EndNarrowlyParts['calls'] };

/**
 * Carries a call out, and begins again where it stands when something fails that nobody foresaw; the pauses grow. Only
 * failures of this process's own count: however often a call is handed on, it is not given up for that. One that fails
 * again and again is ended. Rejects with a DroppedCall when this process has to let go of it.
 */
export async function persevere(parts: PersevereParts, owned: OwnedCall): Promise<void> {
  const { againMs } = parts.timing;
  for (let failures = 0; ;) {
    const begunAt = performance.now();
    try {
      if (failures > 0) await owned.refresh();
      return await carryOut(parts, owned);
    } catch (error) {
      if (error instanceof DroppedCall) throw error;
      if (performance.now() - begunAt >= SOUND * againMs) failures = 0;
      failures++;
      owned.logger.error({ err: error, failures }, 'the call could not be carried on, and is tried again');
    }
    if (failures >= MOST_FAILURES) return giveUp(parts, owned);
    await wait(owned, Math.min(2 ** (failures - 1), LONGEST_PAUSE) * againMs);
  }
}

async function giveUp(parts: PersevereParts, owned: OwnedCall): Promise<void> {
  const { call, held, logger, rooms } = owned;
  logger.error({ alert: true, state: owned.attempt.state }, 'a call is given up: it cannot be carried on');
  const emptyRoom = () => bestEffort(() => deleteRoom(parts, owned));
  for (;;) {
    try {
      await held.confirm();
      const isOver = await endNarrowly({ ...parts, emptyRoom }, held.lease);
      parts.feed.wrote(call.id);
      if (isOver) break;
    } catch (error) {
      if (error instanceof DroppedCall) throw error;
      logger.error({ err: error, alert: true }, 'a call that is given up cannot be ended, and is tried again');
    }
    await wait(owned, LONGEST_PAUSE * parts.timing.againMs);
  }
  await held.recheck();
  for (const attempt of owned.call.attempts)
    if (rooms.standing.has(attempt.number)) await bestEffort(async () => discardRoom(parts, owned, attempt));
  await bestEffort(() => owned.refresh());
  await Promise.all(rooms.discarding);
}

/** Whatever is known anew meanwhile. */
async function wait(owned: OwnedCall, ms: number): Promise<void> {
  const until = performance.now() + ms;
  for (let left = ms; left > 0; left = until - performance.now()) {
    owned.pace.throwIfLetGo();
    await owned.pace.sleep(left);
  }
  owned.pace.throwIfLetGo();
}

async function bestEffort(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => {
    if (error instanceof DroppedCall) throw error;
  });
}
