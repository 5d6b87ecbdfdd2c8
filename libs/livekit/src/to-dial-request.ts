import { checkIdentity, checkMetadata, checkRoomName, checkSeconds, refuseUnless } from './check-request.ts';
import type { NewDial } from './livekit-client.ts';

/** LiveKit writes it into the INVITE as it is: anything else could add header lines or name another host. */
const NUMBER = /^(?=.*[0-9])[+0-9*#]{1,64}$/;
const TRUNK_ID = /^[\w-]{1,128}$/;
/** RFC 3261 §25.1, `token`. */
const HEADER_NAME = /^[A-Za-z0-9.!%*_+`'~-]{1,64}$/;
const HEADER_VALUE = /^[ -~]{0,256}$/;
/** The server gives up then, whatever it was asked. */
const RINGING_MAX_SECONDS = 80;

/** The JSON of a dial that is waited for. Throws a LiveKitError for one that nobody should send. */
export function toDialRequest(dial: NewDial): object {
  checkRoomName(dial.room);
  checkIdentity(dial.identity);
  refuseUnless(NUMBER.test(dial.number), 'A number to dial has 1 to 64 of the characters + 0 to 9 * # and no others.');
  refuseUnless(NUMBER.test(dial.callerId), 'A caller id has 1 to 64 of the characters + 0 to 9 * # and no others.');
  refuseUnless(TRUNK_ID.test(dial.sipTrunkId), 'A trunk id has 1 to 128 letters, digits, _ and -.');
  for (const [name, value] of Object.entries(dial.sipHeaders)) {
    const isHeader = HEADER_NAME.test(name) && HEADER_VALUE.test(value);
    refuseUnless(isHeader, 'A SIP header has a name of RFC 3261 and up to 256 printable ASCII characters.');
  }
  checkMetadata(Object.entries(dial.attributes).flat().join('\n'));
  checkSeconds(dial.ringingTimeoutSeconds);
  refuseUnless(
    dial.ringingTimeoutSeconds <= RINGING_MAX_SECONDS,
    `A ringing timeout has ${RINGING_MAX_SECONDS} s at the most.`,
  );
  checkSeconds(dial.maxDurationSeconds);
  return {
    sipTrunkId: dial.sipTrunkId,
    sipCallTo: dial.number,
    sipNumber: dial.callerId,
    roomName: dial.room,
    participantIdentity: dial.identity,
    participantAttributes: dial.attributes,
    headers: dial.sipHeaders,
    ringingTimeout: `${dial.ringingTimeoutSeconds}s`,
    maxCallDuration: `${dial.maxDurationSeconds}s`,
    waitUntilAnswered: true,
  };
}
