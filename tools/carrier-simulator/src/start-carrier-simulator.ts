import { addCallees } from './add-callees.ts';
import { answerSipCalls } from './answer-sip-calls.ts';
import { checkToken } from './check-token.ts';
import { createControl } from './control.ts';
import type { Controls } from './controls.ts';
import { createFaultyHop } from './faults.ts';
import type { HttpRequest, Serve } from './http-message.ts';
import type { RoomJoiner } from './join-room.ts';
import { openRingLog } from './ring-log.ts';
import { createWebhookSender } from './send-webhook.ts';
import { serveHttp } from './serve-http.ts';
import { startDial } from './start-dial.ts';
import type { Dial } from './start-dial.ts';
import { createUpstream } from './upstream.ts';
import { createVirtualRooms } from './virtual-rooms.ts';

export interface CarrierSimulatorOptions {
  /** The real livekit-server, `http://host:port`. */
  readonly upstream: string;
  /** That server's key, against which access tokens are checked and with which webhooks are signed. */
  readonly apiKey: string;
  readonly apiSecret: string;
  /** The ids of the trunks that LiveKit knows; others are answered 404. */
  readonly trunks: readonly string[];
  /** Where to listen; a free port of 127.0.0.1 when unset. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Where the control endpoint listens; a free port of 127.0.0.1 when unset. */
  readonly control?: { readonly host: string; readonly port: number };
  /** Where a callee's webhooks go; none are sent when unset. With `join` LiveKit sends its own. */
  readonly webhookUrl?: string;
  /** An append-only file, one JSON object for each INVITE and what became of it: `RingRecord`. */
  readonly ringsFile?: string;
  /** Whether callees join their rooms as real participants. */
  readonly join?: boolean;
}

export interface CarrierSimulator extends Controls {
  /** `http://host:port`: what a dispatcher takes for its LiveKit server. */
  readonly url: string;
  /** The same, `ws://`. */
  readonly wsUrl: string;
  readonly controlUrl: string;
  /** Ends without hanging up, as a process that ends does. */
  stop(): Promise<void>;
}

const ANY_PORT = { host: '127.0.0.1', port: 0 };

/** Starts the simulator in this process. Rejects when an address or the file cannot be had. */
export async function startCarrierSimulator(options: CarrierSimulatorOptions): Promise<CarrierSimulator> {
  const { apiKey, apiSecret } = options;
  const key = { apiKey, apiSecret };
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const rings = openRingLog(options.ringsFile);
  const upstream = createUpstream(options.upstream, key);
  const hop = createFaultyHop(stopped);
  const dials = new Set<Dial>();
  let trunks = [...options.trunks];
  let clockSkewMs = 0;

  const sendWebhook = options.webhookUrl === undefined ? () => {} : createWebhookSender(options.webhookUrl, key);
  const rooms = createVirtualRooms({ ensureRoom: upstream.ensureRoom, sendWebhook });
  const joiner = options.join === true ? await loadJoiner(options) : undefined;
  const enterRoom = joiner?.enter ?? rooms.enter;
  const routes: Readonly<Record<string, Serve>> = {
    ...(joiner === undefined && addCallees(rooms, upstream.forward)),
    ...answerSipCalls({
      checkToken: (request, allows) =>
        checkToken(request.headers.authorization, key, new Date(Date.now() + clockSkewMs), allows),
      trunks: () => trunks,
      dial(newDial) {
        const dial = startDial(newDial, { enterRoom, rings, stopped });
        dials.add(dial);
        void dial.over.then(() => dials.delete(dial));
        return dial;
      },
    }),
  };
  const serve = (request: HttpRequest) => (routes[request.path] ?? upstream.forward)(request);

  const controls: Controls = {
    rings: rings.counts,
    dials: () =>
      [...dials].map(({ dial: { sipCallId, number, sipTrunkId, callee }, status }) => ({
        sipCallId,
        room: callee.room,
        identity: callee.identity,
        number,
        sipTrunkId,
        status: status(),
      })),
    faults: hop.list,
    setFaults: hop.set,
    trunks: () => trunks,
    setTrunks: (ids) => {
      trunks = [...ids];
    },
    setClockSkewMs: (ms) => {
      clockSkewMs = ms;
    },
  };
  const server = await serveHttp((request) => hop.serve(request, serve), {
    ...(options.listen ?? ANY_PORT),
    clockSkewMs: () => clockSkewMs,
    onUpgrade: upstream.upgrade,
  });
  const control = await serveHttp(createControl(controls), options.control ?? ANY_PORT).catch(
    async (error: unknown) => {
      await server.close();
      throw error;
    },
  );
  return {
    ...controls,
    url: server.url,
    wsUrl: server.url.replace('http', 'ws'),
    controlUrl: control.url,
    async stop() {
      stopping.abort();
      upstream.close();
      await Promise.all([server.close(), control.close(), ...[...dials].map(({ over }) => over)]);
      await joiner?.close();
      rings.close();
    },
  };
}

/** Loaded where it is wanted alone: it brings LiveKit's native client, some 100 MB. */
async function loadJoiner({ upstream, apiKey, apiSecret }: CarrierSimulatorOptions): Promise<RoomJoiner> {
  const { createRoomJoiner } = await import('./join-room.ts');
  return createRoomJoiner({ wsUrl: upstream.replace('http', 'ws'), apiKey, apiSecret });
}
