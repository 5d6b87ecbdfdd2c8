import { isAgentName } from '@dialplane/tenancy';

import { LiveKitError } from './livekit-error.ts';

// LiveKit accepts empty names, NUL and newlines in them, and metadata of any size.
const ROOM_NAME = /^[\x21-\x7e]{1,256}$/;
const METADATA_MAX_BYTES = 64 * 1024;
/** The field is a uint32 there. */
const SECONDS_MAX = 2 ** 32 - 1;

export function checkRoomName(name: string): void {
  refuseUnless(ROOM_NAME.test(name), 'A room name has 1 to 256 printable ASCII characters and no spaces.');
}

export function checkIdentity(identity: string): void {
  refuseUnless(ROOM_NAME.test(identity), 'An identity has 1 to 256 printable ASCII characters and no spaces.');
}

export function checkAgentName(name: string): void {
  refuseUnless(isAgentName(name), 'An agent name has 1 to 256 characters and no control characters.');
}

export function checkMetadata(metadata: string): void {
  refuseUnless(metadata.isWellFormed(), 'The metadata is not well-formed Unicode.');
  refuseUnless(
    Buffer.byteLength(metadata) <= METADATA_MAX_BYTES,
    `The metadata is larger than ${METADATA_MAX_BYTES} bytes.`,
  );
}

export function checkSeconds(seconds: number): void {
  refuseUnless(
    Number.isInteger(seconds) && seconds > 0 && seconds <= SECONDS_MAX,
    'A time-out is a whole number of seconds, 1 or more.',
  );
}

export function refuseUnless(condition: boolean, message: string): void {
  if (!condition) throw new LiveKitError('refused', 'not_sent', message);
}
