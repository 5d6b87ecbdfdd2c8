import { once } from 'node:events';

import { AccessToken } from 'livekit-server-sdk';

/** Joins a room by LiveKit's signalling alone: a participant without media, for as long as its WebSocket is open. */
export async function joinRoom(
  server: { readonly wsUrl: string; readonly apiKey: string; readonly apiSecret: string },
  room: string,
): Promise<{ leave(): void }> {
  const token = new AccessToken(server.apiKey, server.apiSecret, { identity: 'callee' });
  token.addGrant({ roomJoin: true, room });
  const query = new URLSearchParams({ access_token: await token.toJwt(), protocol: '16', auto_subscribe: '0' });
  const socket = new WebSocket(`${server.wsUrl}/rtc?${query.toString()}`);
  const refused = once(socket, 'close').then(() => Promise.reject(new Error(`Nobody may join ${room} now.`)));
  // The first message says that it is in.
  await Promise.race([once(socket, 'message'), refused]);
  refused.catch(() => {});
  return { leave: () => socket.close() };
}
