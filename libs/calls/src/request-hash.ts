import { createHash } from 'node:crypto';

/** What makes two Dispatches the same request: every field as it was written, but how long the caller waits. */
export type HashedRequest = Readonly<Record<string, string | undefined>>;

/** Raised when the same request gets another hash. */
const VERSION = 1;

/**
 * A hash over the fields that are set, by name: a field that is added to the contract later leaves the hash of
 * requests without it as it is. `<version>:<SHA-256 in hex>`.
 */
export function requestHash(request: HashedRequest): string {
  const set = Object.entries(request).filter(([, value]) => value !== undefined && value !== '');
  set.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${VERSION}:${createHash('sha256').update(JSON.stringify(set)).digest('hex')}`;
}
