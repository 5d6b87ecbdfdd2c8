import { AttemptState, CallReason, CallState, DispatcherService, HungUpBy, RouteSource } from '@dialplane/contracts';
import type {
  Call,
  CallEvent,
  CancelCallRequest,
  CancelCallResponse,
  GetCallRequest,
  ListCallsRequest,
  ListCallsResponse,
  WatchCallRequest,
  WatchCallResponse,
} from '@dialplane/contracts';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Metadata, ServerWritableStream, status } from '@grpc/grpc-js';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const CALL_ID = '44444444-4444-4444-8444-444444444444';
const START = new Date('2026-11-25T10:00:00.000Z');
/** So many milliseconds after the call was accepted. */
export const after = (ms: number): Date => new Date(START.getTime() + ms);

/** A call that went well; `changed` says what was otherwise. */
export const call = (changed: Partial<Call> = {}): Call => ({
  callLogId: CALL_ID,
  tenantId: TENANT,
  initiatedBy: '',
  agentId: 'agent-7',
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  state: CallState.ENDED,
  reason: CallReason.UNSPECIFIED,
  source: RouteSource.DATABASE,
  snapshotVersion: '290dc096d2c4.13',
  createdAt: START,
  updatedAt: after(66_700),
  attempts: [
    {
      number: 1,
      state: AttemptState.ENDED,
      reason: CallReason.UNSPECIFIED,
      livekitConfigId: 'c1111111-1111-4111-8111-111111111111',
      serverUrl: 'http://uae.example.com',
      sipTrunkId: 'ST_uaeTrunk0001',
      agentName: 'uae-agent',
      room: 'call-44444444444444448444444444444444-0a1b2c3d',
      agentDispatchId: 'AD_example',
      dialMode: 'dispatcher',
      sipCode: 0,
    },
  ],
  sipCode: 0,
  dialedAt: after(700),
  ringingAt: after(2_200),
  answeredAt: after(6_700),
  endedAt: after(66_700),
  hungUpBy: HungUpBy.CALLEE,
  postDialDelay: { seconds: 1, nanos: 500_000_000 },
  ringTime: { seconds: 4, nanos: 500_000_000 },
  talkTime: { seconds: 60, nanos: 0 },
  cancelledAt: undefined,
  explanation: undefined,
  ...changed,
});

export const event = (number: number, ms: number, kind: string, changed: Partial<CallEvent> = {}): CallEvent => ({
  number,
  at: after(ms),
  attempt: 1,
  kind,
  reason: CallReason.UNSPECIFIED,
  sipCode: 0,
  evidence: '',
  ...changed,
});

/** What happened to that call. */
export const EVENTS: readonly CallEvent[] = [
  event(1, 0, 'planned'),
  event(2, 60, 'room_ready', { evidence: 'createRoom' }),
  event(3, 650, 'agent_ready', { evidence: 'participants' }),
  event(4, 690, 'permitted'),
  event(5, 700, 'dialing'),
  event(6, 2_200, 'ringing', { evidence: 'sip.callStatus' }),
  event(7, 6_700, 'answered', { evidence: 'createSipParticipant' }),
  event(8, 66_700, 'ended', { evidence: 'webhook participant_left, CLIENT_INITIATED' }),
];

export const watched = (one: CallEvent, isOver = false): WatchCallResponse => ({
  event: one,
  state: isOver ? CallState.ENDED : CallState.IN_PROGRESS,
  isOver,
});

type Watch = (request: WatchCallRequest, stream: ServerWritableStream<WatchCallRequest, WatchCallResponse>) => void;

/** A dispatcher that says what a test wants it to, over real gRPC. Change its fields while it runs. */
export interface FakeDispatcher {
  call: Call | undefined;
  events: readonly CallEvent[];
  watch: Watch;
  list: (request: ListCallsRequest) => ListCallsResponse;
  cancel: (request: CancelCallRequest) => CancelCallResponse;
  /** What it was asked, by method. */
  readonly asked: { readonly method: string; readonly request: unknown }[];
  readonly address: string;
  /** Cuts every connection and goes away. */
  stop(): void;
  /** Comes back on the same port. */
  restart(): Promise<void>;
}

type Reply<T> = (error: { code: status; details: string; metadata: Metadata } | null, value?: T) => void;

export async function startFakeDispatcher(): Promise<FakeDispatcher> {
  let server: Server;
  let address = '127.0.0.1:0';
  const asked: FakeDispatcher['asked'] = [];
  const start = async () => {
    server = new Server();
    server.addService(DispatcherService, {
      getCall({ request }: { request: GetCallRequest }, reply: Reply<unknown>) {
        asked.push({ method: 'getCall', request });
        reply(null, { call: fake.call, events: fake.events });
      },
      listCalls({ request }: { request: ListCallsRequest }, reply: Reply<ListCallsResponse>) {
        asked.push({ method: 'listCalls', request });
        reply(null, fake.list(request));
      },
      cancelCall({ request }: { request: CancelCallRequest }, reply: Reply<CancelCallResponse>) {
        asked.push({ method: 'cancelCall', request });
        reply(null, fake.cancel(request));
      },
      watchCall(stream: ServerWritableStream<WatchCallRequest, WatchCallResponse>) {
        asked.push({ method: 'watchCall', request: stream.request });
        fake.watch(stream.request, stream);
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    address = `127.0.0.1:${port}`;
  };
  const fake: FakeDispatcher = {
    call: call(),
    events: EVENTS,
    watch: (_, stream) => stream.end(),
    list: () => ({ calls: [], nextPageToken: '' }),
    cancel: () => {
      throw new Error('The test says nothing of cancelling.');
    },
    asked,
    get address() {
      return address;
    },
    stop: () => server.forceShutdown(),
    restart: start,
  };
  await start();
  return fake;
}
