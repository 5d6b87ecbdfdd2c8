/**
 * A carrier to test against: stands before a real livekit-server, passes everything on, and answers what LiveKit's
 * SIP service would answer, as measured, by the dialled number. README.md has the numbers and the control endpoint.
 *
 * What it cannot imitate:
 * - The SIP wire: INVITE, CANCEL, BYE and their races (an answer that crosses a CANCEL), early media, transfers, DTMF,
 *   codecs and sound; what a carrier makes of caller ids, headers and the form of a number. A zero counted here is
 *   the simulator's zero.
 * - The SIP service as a process: that it is down ("no response from servers" after one second; the fault
 *   `unavailable` says it at once), that it crashes, that it repeats a request inside LiveKit. Its measured limits of
 *   30 s and 80 s for a request are here one limit of 80 s of ringing.
 * - Trunks made through the API: they land in LiveKit's Redis, and a dial knows the trunks of `--trunk` alone. Their
 *   numbers, credentials and rules are not looked at. A dial with a trunk of its own (`trunk` in the request) is refused.
 * - A limit on the length of a call, which livekit-sip before 1.9 does not enforce either.
 * - A server that cannot be connected to: the simulator can, and resets what it cannot pass on.
 * - Faults on WebSockets: they are passed on as they are.
 * Without `--join`, besides:
 * - Nobody in the room sees the callee; only ListParticipants, GetParticipant, RemoveParticipant and DeleteRoom sent
 *   through here know of it. A room that is closed in another way keeps its callee on the line.
 * - No track, no room_started or room_finished for the callee's sake; a room that a dial made again stays as an empty one.
 * - A restart of LiveKit leaves the callee and its attributes as they are.
 * With `--join`:
 * - CONNECTION_TIMEOUT: a bridge that vanishes leaves by a message after 20 s, which LiveKit takes for CLIENT_INITIATED.
 * - 10 to 15 calls a second and some 0.6 MB of lost memory a call: for volume leave it out.
 */
import { readOptions, USAGE } from './read-options.ts';
import { startCarrierSimulator } from './start-carrier-simulator.ts';

function fail(error: unknown): never {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exit(2);
}

let options: ReturnType<typeof readOptions>;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  fail(error);
}
if (options === 'help') {
  console.log(USAGE);
  process.exit(0);
}
const simulator = await startCarrierSimulator(options).catch(fail);
const { url, wsUrl, controlUrl } = simulator;
console.log(JSON.stringify({ event: 'listening', url, wsUrl, controlUrl, pid: process.pid }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulator.stop().then(() => process.exit(0)));
}
