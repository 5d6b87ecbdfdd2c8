import { isDeepStrictEqual } from 'node:util';

import { keepNewest } from '../keep-newest.ts';
import type { WantedTarget } from './find-credential.ts';
import type { ReadCredential } from './first-usable-target.ts';

/** Begins to read what the number's last call needed; what it gives reads the credential that is wanted indeed. */
export type ReadAhead = (tenantId: string, fromNumber: string) => ReadCredential;

interface Likely {
  readonly source: Parameters<ReadCredential>[1];
  readonly target: WantedTarget;
}

/** Of how many numbers it is known what their last call needed. */
const MOST_NUMBERS = 10_000;
/** What was read longer ago, while the router kept its answer back, may have been withdrawn since; in milliseconds. */
const FRESH_MS = 250;

/**
 * A number's calls mostly go where its last one went: that credential is read while the router is asked. Only the
 * name of the target is kept; every call reads its credential anew, and a wrong guess costs one read.
 */
export function createReadAhead(readCredential: ReadCredential): ReadAhead {
  const likelyOf = new Map<string, Likely>();
  return (tenantId, fromNumber) => {
    const number = `${tenantId} ${fromNumber}`;
    const likely = likelyOf.get(number);
    const begunAt = performance.now();
    const begun = likely && readCredential(tenantId, likely.source, likely.target);
    // Whoever wants it is told; it may be that nobody does.
    begun?.catch(() => undefined);
    return async (_, source, { livekitConfigId, deployment, sipTrunkId, agentName }) => {
      const wanted = { source, target: { livekitConfigId, deployment, sipTrunkId, agentName } };
      const isLikely = performance.now() - begunAt < FRESH_MS && isDeepStrictEqual(wanted, likely);
      const credential = await (isLikely && begun ? begun : readCredential(tenantId, source, wanted.target));
      keepNewest(likelyOf, number, wanted, MOST_NUMBERS);
      return credential;
    };
  };
}
