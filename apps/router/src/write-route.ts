import type { ResolvedNumber, Routed, Target } from '@dialplane/routing';

import type { ReverseWriter } from './reverse-writer.ts';

/** The kind of a field on the wire: a number, or something with a length. */
const NUMBER = 0;
const LENGTH = 2;
/** A field's number and kind. */
const tag = (field: number, kind: number): number => (field << 3) | kind;

const SOURCES = { database: 1, environment: 2 } as const;
const MS = 1_000;
const NANOS_PER_MS = 1_000_000;

/**
 * Writes a `dialplane.v1.Route`: what `Route.encode` writes of the same route, in a fraction of the time.
 * `router.proto` has the fields, here last one first.
 */
export function writeRoute(writer: ReverseWriter, route: Routed, snapshotVersion: string): void {
  const { targets, source, tenantId, number, expiresAt, notes } = route;
  for (let index = notes.length - 1; index >= 0; index--) writer.text(tag(7, LENGTH), notes[index] ?? '');
  writeTimestamp(writer, tag(6, LENGTH), expiresAt);
  writer.string(tag(5, LENGTH), snapshotVersion);
  writeNumber(writer, tag(4, LENGTH), number);
  writer.string(tag(3, LENGTH), tenantId);
  writer.integer(tag(2, NUMBER), SOURCES[source]);
  for (let index = targets.length - 1; index >= 0; index--) {
    const target = targets[index];
    if (target !== undefined) writeTarget(writer, tag(1, LENGTH), target);
  }
}

function writeTarget(writer: ReverseWriter, field: number, target: Target): void {
  const before = writer.size;
  for (const name in target.sipHeaders) {
    const entry = writer.size;
    writer.string(tag(2, LENGTH), target.sipHeaders[name] ?? '');
    writer.string(tag(1, LENGTH), name);
    writer.message(tag(9, LENGTH), entry);
  }
  writer.string(tag(8, LENGTH), target.callerIdString);
  writer.string(tag(7, LENGTH), target.dialString);
  writer.string(tag(6, LENGTH), target.callerId);
  writer.string(tag(5, LENGTH), target.agentName);
  writer.string(tag(4, LENGTH), target.sipTrunkId);
  writer.string(tag(3, LENGTH), target.serverUrl);
  writer.string(tag(2, LENGTH), target.deployment);
  writer.string(tag(1, LENGTH), target.livekitConfigId ?? '');
  writer.message(field, before);
}

function writeNumber(
  writer: ReverseWriter,
  field: number,
  { id, baseNumber, countryCode, e164 }: ResolvedNumber,
): void {
  const before = writer.size;
  writer.string(tag(4, LENGTH), e164);
  writer.string(tag(3, LENGTH), countryCode);
  writer.string(tag(2, LENGTH), baseNumber);
  writer.string(tag(1, LENGTH), id);
  writer.message(field, before);
}

/** `ms`: milliseconds since 1970. */
function writeTimestamp(writer: ReverseWriter, field: number, ms: number): void {
  const before = writer.size;
  const whole = Math.trunc(ms);
  writer.integer(tag(2, NUMBER), (whole % MS) * NANOS_PER_MS);
  writer.integer(tag(1, NUMBER), Math.floor(whole / MS));
  writer.message(field, before);
}
