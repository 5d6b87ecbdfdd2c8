import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

import { Purpose, RouteCallRequest } from '@dialplane/contracts';

import { tenantOfNumber, USERS_PER_TENANT } from './fleet-rows.ts';
import { callee, ownNumber } from './phone-numbers.ts';
import { mix, uuidOf } from './uuid-of.ts';

/** A prime: steps of that width meet each of a power of ten of numbers before any twice. */
const STRIDE = 7_368_787;
/** How many requests are written at a time. */
const CHUNK = 1_000;

/** The nth request to a fleet with so many numbers: from any of them, in no order, to a callee that no other has. */
export function requestOf(n: number, numbers: number): RouteCallRequest {
  return requestFrom((n * STRIDE) % numbers, n);
}

/** A request from a number by one of its tenant's users, to the nth callee. */
export function requestFrom(number: number, n: number): RouteCallRequest {
  const tenant = tenantOfNumber(number);
  const { countryCode, baseNumber } = ownNumber(number);
  return {
    initiatedBy: uuidOf('user', tenant * USERS_PER_TENANT + (mix(n, 7) % USERS_PER_TENANT)),
    tenantId: '',
    fromNumber: `+${countryCode}${baseNumber}`,
    toNumber: callee(n),
    agentId: uuidOf('agent', tenant),
    purpose: Purpose.UNSPECIFIED,
    routingKey: '',
    minSnapshotVersion: '',
  };
}

/** Writes the first requests to a fleet, as the load generator reads them. */
export async function writeRequests(file: string, requests: number, numbers: number): Promise<void> {
  const encoded = Array.from({ length: Math.ceil(requests / CHUNK) }, (_, chunk) => chunk * CHUNK);
  await writeMessages(
    file,
    encoded.map((first) => () => {
      const length = Math.min(CHUNK, requests - first);
      return Array.from({ length }, (_, at) => RouteCallRequest.encode(requestOf(first + at, numbers)).finish());
    }),
  );
}

/** Writes messages, each after its length in 4 bytes, little-endian. Each function makes some of them. */
export async function writeMessages(file: string, chunks: readonly (() => readonly Uint8Array[])[]): Promise<void> {
  const out = createWriteStream(file);
  for (const chunk of chunks) {
    const pieces = chunk().flatMap((message) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(message.length);
      return [length, message];
    });
    if (!out.write(Buffer.concat(pieces))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}
