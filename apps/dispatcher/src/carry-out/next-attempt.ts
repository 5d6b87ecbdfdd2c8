import { StatusError } from '@dialplane/grpc';

import { nextTarget } from './next-target.ts';
import type { OwnedCall } from './owned-call.ts';
import type { CarryOutParts } from './parts.ts';

/** FAILED, and the call goes on: writes the attempt on the next target, by that target's dial mode as it is now. */
export async function nextAttempt(parts: CarryOutParts, owned: OwnedCall): Promise<void> {
  const { call, attempt } = owned;
  const index = nextTarget(call, attempt.reason ?? 'deployment_error') ?? attempt.targetIndex;
  const target = call.targets[index];
  if (target === undefined) throw new Error(`Call ${call.id} has no target ${index}.`);
  owned.credential = await parts.readCredential(call, target).catch((error: unknown) => {
    // Told with the attempt, which fails by it.
    if (error instanceof StatusError) return undefined;
    throw error;
  });
  await owned.startAttempt(index, owned.credential?.dialMode ?? attempt.dialMode);
}
