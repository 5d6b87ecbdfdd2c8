import { Agent, request as send } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Duplex } from 'node:stream';

import { CreateRoomRequest, ListRoomsRequest, ListRoomsResponse, Room } from '@livekit/protocol';
import { AccessToken } from 'livekit-server-sdk';

import type { ApiKey } from './check-token.ts';
import type { HttpReply, HttpRequest } from './http-message.ts';

/** The real livekit-server. */
export interface Upstream {
  /** Sends a request on, once, and rejects when there is no complete reply. */
  forward(request: HttpRequest): Promise<HttpReply>;
  /** Joins a WebSocket's two ends, byte by byte. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The room of that name, made when there is none, as LiveKit does for a SIP participant. */
  ensureRoom(name: string): Promise<Room>;
  close(): void;
}

/** Headers of one hop. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** A dial that cannot enter its room in so long fails, and rings nobody however long the server hangs. */
const JOIN_TIMEOUT_MS = 10_000;

/** @param url `http://host:port` */
export function createUpstream(url: string, { apiKey, apiSecret }: ApiKey): Upstream {
  const { hostname, port, host } = new URL(url);
  const address = { host: hostname, port: Number(port || '80') };
  const agent = new Agent({ keepAlive: true });

  function forward({ method, path, headers, body }: HttpRequest, signal?: AbortSignal): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name));
      const forwarded = { ...Object.fromEntries(kept), host, 'content-length': String(body.length) };
      const outgoing = send({ ...address, agent, method, path, headers: forwarded, signal }, (incoming) => {
        const { statusCode: status = 502, headers: received } = incoming;
        const kept = Object.entries(received).filter(([name]) => !HOP_BY_HOP.includes(name));
        buffer(incoming).then((body) => resolve({ status, headers: Object.fromEntries(kept), body }), reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async function ask(method: string, grant: 'roomList' | 'roomCreate', body: string): Promise<unknown> {
    const token = new AccessToken(apiKey, apiSecret, { ttl: 60 });
    token.addGrant({ [grant]: true });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await token.toJwt()}` };
    const path = `/twirp/livekit.RoomService/${method}`;
    const request = { method: 'POST', path, headers, body: Buffer.from(body) };
    const reply = await forward(request, AbortSignal.timeout(JOIN_TIMEOUT_MS));
    if (reply.status !== 200) throw new Error(`livekit-server answered ${method} with HTTP ${reply.status}.`);
    return JSON.parse(reply.body.toString('utf8'));
  }

  return {
    forward: (request) => forward(request),
    upgrade({ method, url: path, rawHeaders }, socket, head) {
      const onward = connect(address, () => {
        let text = `${method} ${path} HTTP/1.1\r\n`;
        for (let i = 0; i < rawHeaders.length; i += 2) text += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
        onward.write(`${text}\r\n`);
        onward.write(head);
        socket.pipe(onward).pipe(socket);
      });
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
      }
    },
    async ensureRoom(name) {
      const listed = await ask('ListRooms', 'roomList', new ListRoomsRequest({ names: [name] }).toJsonString());
      const { rooms } = ListRoomsResponse.fromJson(listed as never, { ignoreUnknownFields: true });
      const found = rooms.find((room) => room.name === name);
      if (found !== undefined) return found;
      const created = await ask('CreateRoom', 'roomCreate', new CreateRoomRequest({ name }).toJsonString());
      return Room.fromJson(created as never, { ignoreUnknownFields: true });
    },
    close: () => agent.destroy(),
  };
}
