import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** What answers a dispatcher as a LiveKit server does whose agent is there at once and whose callee is busy. */
export interface QuickLiveKit {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly agentName: string;
  stop(): Promise<void>;
}

const AGENT_NAME = 'bench-agent';

/** Calls against it are over after some milliseconds, so that they are not in the way of what is measured next. */
export async function startQuickLiveKit(): Promise<QuickLiveKit> {
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { name, room, roomName } = body as Record<string, string | undefined>;
      const reply = (status: number, content: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
      };
      switch (request.url?.split('/').at(-1)) {
        case 'CreateRoom':
          return reply(200, { sid: 'RM_bench', name });
        case 'ListRooms':
          return reply(200, { rooms: [] });
        case 'ListParticipants':
          return reply(200, {
            participants: [
              {
                identity: `agent-${room}`,
                kind: 'AGENT',
                attributes: { 'lk.agent_name': AGENT_NAME },
                state: 'ACTIVE',
              },
            ],
          });
        case 'ListDispatch':
          return reply(200, { agentDispatches: [{ id: 'AD_bench', agentName: AGENT_NAME, room, metadata: '' }] });
        case 'CreateSIPParticipant':
          return reply(429, {
            code: 'resource_exhausted',
            msg: `busy in ${roomName}`,
            meta: { sip_status_code: '486', sip_status: 'Busy Here' },
          });
        default:
          return reply(200, {});
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey: 'APIbench',
    apiSecret: 'x'.repeat(32),
    agentName: AGENT_NAME,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
