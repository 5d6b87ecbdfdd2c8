import type { Route, Target } from '@dialplane/contracts';
import { StatusError } from '@dialplane/grpc';

import { configChanged } from '../refusals/config-changed.ts';
import type { WantedTarget } from './find-credential.ts';
import type { OpenedCredential } from './read-credential.ts';

export type ReadCredential = (
  tenantId: string,
  source: Route['source'],
  target: WantedTarget,
) => Promise<OpenedCredential>;

/** The first target whose credential can be read; throws what is wrong with the very first when none can. */
export async function firstUsableTarget(
  readCredential: ReadCredential,
  tenantId: string,
  source: Route['source'],
  targets: readonly Target[],
): Promise<{ readonly index: number; readonly credential: OpenedCredential }> {
  let firstProblem: StatusError | undefined;
  for (const [index, target] of targets.entries()) {
    try {
      return { index, credential: await readCredential(tenantId, source, target) };
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      firstProblem ??= error;
    }
  }
  throw firstProblem ?? configChanged();
}
