import { createHash } from 'node:crypto';

import type { CallFilter, CallPosition } from '@dialplane/calls';
import { isUuid } from '@dialplane/tenancy';

/** Raised when the same filters get another hash, or a position another form. */
const VERSION = 1;
/** No call is older than this clock's beginning, or younger than the year 9999. */
const END_OF_TIME = Date.UTC(10_000, 0);
/** In characters; ours have some 100. */
const MAX_LENGTH = 512;

/** Where the next page begins, for one tenant and one filter; opaque to callers. */
export function writePageToken(tenantId: string, filter: CallFilter, { createdAt, callId }: CallPosition): string {
  const parts = [VERSION, createdAt.getTime(), callId, hashOf(tenantId, filter)];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/**
 * Undefined for a token that is none of ours, and for one that was made for another tenant or filter. It need not be
 * signed: whoever makes one up sees no more than a page of its own calls.
 */
export function readPageToken(tenantId: string, filter: CallFilter, token: string): CallPosition | undefined {
  if (token.length > MAX_LENGTH || Buffer.from(token, 'base64url').toString('base64url') !== token) return undefined;
  const [version, time, callId, hash] = parse(token);
  const isOurs = version === VERSION && hash === hashOf(tenantId, filter);
  if (!isOurs || typeof time !== 'number' || typeof callId !== 'string' || !isUuid(callId)) return undefined;
  return Number.isInteger(time) && time >= 0 && time < END_OF_TIME ? { createdAt: new Date(time), callId } : undefined;
}

function parse(token: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function hashOf(tenantId: string, { states, toNumber, fromNumber, createdFrom, createdBefore }: CallFilter): string {
  const filters = [tenantId, [...states].sort(), toNumber, fromNumber, createdFrom, createdBefore];
  return createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 16);
}
