import { DisconnectReason, LeaveRequest, SignalRequest, SignalResponse } from '@livekit/protocol';

/** A participant that is listed in its room, and neither sends nor hears anything. */
export interface RoomSession {
  /** Resolves when it is out of the room, to why. */
  readonly left: Promise<string>;
  leave(): void;
}

export interface JoinRoomOptions {
  /** `ws://host:port` */
  readonly wsUrl: string;
  /** An access token with the grant to join. */
  readonly token: string;
}

/** The signalling protocol that this speaks; LiveKit takes older ones for ever. */
const PROTOCOL = 15;
const JOIN_WITHIN_MS = 10_000;

/**
 * Joins a room by LiveKit's signalling alone, without any WebRTC: a WebSocket and some bytes, where a real participant
 * costs some 60 ms of CPU. The server lists it with the kind of its token; after a minute without media it would be
 * put out. Rejects when the server does not let it in.
 */
export async function joinRoom({ wsUrl, token }: JoinRoomOptions): Promise<RoomSession> {
  const query = new URLSearchParams({
    access_token: token,
    protocol: String(PROTOCOL),
    auto_subscribe: '0',
    sdk: 'js',
    version: '2.0.0',
  });
  const socket = new WebSocket(`${wsUrl}/rtc?${query.toString()}`);
  socket.binaryType = 'arraybuffer';
  let pings: NodeJS.Timeout | undefined;
  let why = '';
  const left = new Promise<string>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => {
      clearInterval(pings);
      resolve(why || reason || `the connection closed with ${code}`);
    });
  });
  // A failure closes the socket, too.
  socket.addEventListener('error', () => (why ||= 'the connection failed'));

  const send = (request: SignalRequest): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(request.toBinary());
  };
  const joined = new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const { message } = SignalResponse.fromBinary(new Uint8Array(data as ArrayBuffer));
      if (message.case === 'join') {
        pings = setInterval(() => send(ping()), message.value.pingInterval * 1_000 || 5_000);
        resolve();
      } else if (message.case === 'leave') {
        why = DisconnectReason[message.value.reason] ?? 'the server ended it';
        socket.close();
      }
    });
  });
  let patience: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    patience = setTimeout(() => reject(new Error('The room was not joined in time.')), JOIN_WITHIN_MS);
    void left.then((reason) => reject(new Error(`The room could not be joined: ${reason}.`)));
  });
  failed.catch(() => {});
  try {
    await Promise.race([joined, failed]);
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    clearTimeout(patience);
  }
  return {
    left,
    leave() {
      why ||= 'it left';
      const leave = new LeaveRequest({ reason: DisconnectReason.CLIENT_INITIATED });
      send(new SignalRequest({ message: { case: 'leave', value: leave } }));
      socket.close();
    },
  };
}

function ping(): SignalRequest {
  return new SignalRequest({ message: { case: 'ping', value: BigInt(Date.now()) } });
}
