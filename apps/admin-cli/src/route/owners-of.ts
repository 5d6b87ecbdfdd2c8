import { toE164 } from '@dialplane/tenancy';

import { refused } from '../refusal.ts';
import type { Store } from '../wire.ts';
import type { Proposal } from './read-proposals.ts';

/** So many numbers are looked up one by one; for more, a tenant's numbers are read as a whole. */
const MAX_LOOKUPS = 20;

/** The tenants that have a number which a proposal names, by their ids; refuses a proposal for a number of nobody. */
export async function ownersOf(
  { tenants, numbers }: Pick<Store, 'tenants' | 'numbers'>,
  proposals: readonly Proposal[],
  onProgress: (done: number, all: number) => void,
): Promise<string[]> {
  const everyone = (await tenants.list()).map(({ id }) => id);
  const named = new Set(proposals.flatMap(({ tenantId }) => tenantId ?? []));
  const asked = proposals.every(({ tenantId }) => tenantId !== undefined) ? [...named] : everyone;
  const owners: string[] = [];
  const owned = new Set<Proposal>();
  for (const [done, tenantId] of asked.entries()) {
    onProgress(done, asked.length);
    const concerned = proposals.filter((one) => (one.tenantId ?? tenantId) === tenantId);
    const known = new Set(concerned.length > MAX_LOOKUPS ? (await numbers.list(tenantId)).map(toE164) : []);
    const found: Proposal[] = [];
    for (const one of concerned) {
      const isOwn =
        concerned.length > MAX_LOOKUPS ? known.has(one.e164) : (await numbers.find(tenantId, one.e164)).length > 0;
      if (isOwn) found.push(one);
    }
    if (found.length > 0) owners.push(tenantId);
    for (const one of found) owned.add(one);
  }
  const missing = proposals.find((one) => !owned.has(one));
  if (missing === undefined) return owners.sort();
  const { e164, tenantId } = missing;
  throw refused(
    'number_not_found',
    tenantId === undefined ? `No tenant has the number ${e164}.` : `Tenant ${tenantId} has no number ${e164}.`,
    `See the tenants: dialplane tenant list; and what one has: dialplane number list --tenant ${tenantId ?? '<tenant id>'}`,
  );
}
