import type { Attempt, Call } from '@dialplane/calls';

import { isGone } from '../carry-out/is-gone.ts';
import type { DeploymentAccess } from '../carry-out/create-deployment-access.ts';

/** Takes everybody out of the room of an attempt; whether nobody is in it any more, for certain. */
export type HangUp = (call: Call, attempt: Attempt) => Promise<boolean>;

export function createHangUp({ connect, followCredential }: DeploymentAccess): HangUp {
  return async (call, attempt) => {
    try {
      await connect(await followCredential(call, attempt.target)).deleteRoom(attempt.room);
      return true;
    } catch (error) {
      // Whatever else it was, the process that carries the call out sees the agent leave, and ends the call.
      return isGone(error);
    }
  };
}
