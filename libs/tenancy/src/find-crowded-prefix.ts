/** No call is tried in more ways than this, so that one number's rules cannot take the router's time. */
export const MAX_WAYS = 32;

interface Fitting {
  readonly prefixes: readonly string[];
  readonly fallthrough: boolean;
}

/** Where a prefix stands: the carrier's place in the list, and the prefix's in the carrier. */
export type PrefixPlace = readonly [carrier: number, prefix: number];

/**
 * The first prefix for whose numbers more than `MAX_WAYS` carriers would be tried: its own, and those of shorter
 * ones as long as `fallthrough` leads on to them. Undefined: there is none.
 */
export function findCrowdedPrefix(carriers: readonly Fitting[]): PrefixPlace | undefined {
  if (carriers.length <= MAX_WAYS) return undefined;
  const byPrefix = new Map<string, Fitting[]>();
  for (const carrier of carriers) {
    for (const prefix of carrier.prefixes) {
      const others = byPrefix.get(prefix);
      if (others === undefined) byPrefix.set(prefix, [carrier]);
      else others.push(carrier);
    }
  }
  for (const [at, { prefixes }] of carriers.entries()) {
    const crowded = prefixes.findIndex((prefix) => isCrowded(byPrefix, prefix));
    if (crowded >= 0) return [at, crowded];
  }
  return undefined;
}

function isCrowded(byPrefix: ReadonlyMap<string, readonly Fitting[]>, longest: string): boolean {
  const tried = new Set<Fitting>();
  for (let length = longest.length; length > 0; length--) {
    const carriers = byPrefix.get(longest.slice(0, length));
    if (carriers === undefined) continue;
    for (const carrier of carriers) {
      tried.add(carrier);
      if (tried.size > MAX_WAYS) return true;
    }
    if (!carriers.some(({ fallthrough }) => fallthrough)) return false;
  }
  return false;
}
