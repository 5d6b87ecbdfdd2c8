/** Prints what a person needs to be in a call's room, unseen and unheard: `listen-in.ts <room>`. */
import { AccessToken } from 'livekit-server-sdk';

const VALID_FOR = '1h';
const [room] = process.argv.slice(2);
const { LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET } = process.env;
if (!room || !LIVEKIT_URL || !LIVEKIT_API_KEY || !LIVEKIT_API_SECRET) {
  console.error(
    'Usage: LIVEKIT_URL=… LIVEKIT_API_KEY=… LIVEKIT_API_SECRET=… npx node tools/demo/src/listen-in.ts <room>',
  );
  process.exit(2);
}
const token = new AccessToken(LIVEKIT_API_KEY, LIVEKIT_API_SECRET, {
  identity: `listener-${Date.now()}`,
  ttl: VALID_FOR,
});
token.addGrant({ roomJoin: true, room, hidden: true, canPublish: false, canPublishData: false, canSubscribe: true });
console.log(`Server  ${LIVEKIT_URL}
Token   ${await token.toJwt()}
In a browser on this machine: https://meet.livekit.io/?tab=custom takes both. The demo's agent and callee are silent.`);
