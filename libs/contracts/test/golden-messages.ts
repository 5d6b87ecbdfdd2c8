import {
  AddDoNotCallRequest,
  AddDoNotCallResponse,
  AttemptState,
  BadRequest,
  CallReason,
  CallState,
  CancelCallRequest,
  CancelCallResponse,
  CancelOutcome,
  ClaimDialRequest,
  ClaimDialResponse,
  DispatchRequest,
  DispatchResponse,
  ErrorInfo,
  ExplainRouteRequest,
  ExplainRouteResponse,
  Fault,
  GetCallRequest,
  GetCallResponse,
  HungUpBy,
  ListCallsRequest,
  ListCallsResponse,
  ListRouteProblemsRequest,
  ListRouteProblemsResponse,
  OnAgentLost,
  PlaceDialRequest,
  PlaceDialResponse,
  Purpose,
  Rejection,
  RejectionReason,
  ReportDialRequest,
  ReportDialResponse,
  RouteCallRequest,
  RouteCallResponse,
  RouteCallsRequest,
  RouteCallsResponse,
  RouteSource,
  RpcStatus,
  StepOutcome,
  WaitUntil,
  WatchCallRequest,
  WatchCallResponse,
} from '../src/index.ts';
import type { Call, CallEvent, Route } from '../src/index.ts';

/** Encodes and decodes one type of message. */
interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** A message whose bytes are recorded under `golden/`, and the value that they have to go on meaning. */
export interface GoldenMessage<T = unknown> {
  readonly name: string;
  readonly type: string;
  readonly codec: Codec<T>;
  readonly message: T;
}

const golden = <T>(name: string, type: string, codec: Codec<T>, message: T): GoldenMessage => ({
  name,
  type,
  codec,
  message,
});

const USER = '22222222-2222-4222-8222-222222222222';
const TENANT = '11111111-1111-4111-8111-111111111111';
const CONFIG = '33333333-3333-4333-8333-333333333333';
const CALL = '44444444-4444-4444-8444-444444444444';
const ROOM = 'call-44444444444444448444444444444444-0a1b2c3d';
const CALLEE_IDENTITY = 'callee-44444444444444448444444444444444';
const AT = new Date('2026-01-02T03:04:05.678Z');
const LATER = new Date('2026-01-02T03:09:05.678Z');

const routeCallRequest: RouteCallRequest = {
  initiatedBy: USER,
  tenantId: TENANT,
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  agentId: 'agent-7',
  purpose: Purpose.UNSPECIFIED,
  routingKey: '',
  minSnapshotVersion: 'epoch.42',
};
const fullRouteCallRequest: RouteCallRequest = {
  ...routeCallRequest,
  purpose: Purpose.SERVICE,
  routingKey: 'campaign-7/lead-12',
};

const route: Route = {
  targets: [
    {
      livekitConfigId: CONFIG,
      deployment: 'https://livekit.example.com',
      serverUrl: 'wss://livekit.example.com/',
      sipTrunkId: 'ST_golden',
      agentName: 'golden-agent',
      callerId: '+12125550100',
      dialString: '',
      callerIdString: '',
      sipHeaders: {},
    },
  ],
  source: RouteSource.DATABASE,
  tenantId: TENANT,
  number: { id: '7', baseNumber: '2125550100', countryCode: '1', e164: '+12125550100' },
  snapshotVersion: 'epoch.43',
  expiresAt: LATER,
  notes: ["The agent belongs to another tenant; the call stays with the user's tenant."],
};

const fullRoute: Route = {
  ...route,
  targets: route.targets.map((target) => ({
    ...target,
    dialString: '0012125550199',
    callerIdString: '12125550100',
    sipHeaders: { 'X-Campaign': 'spring' },
  })),
};

const rejection: Rejection = {
  reason: RejectionReason.CONFIG_DISABLED,
  fault: Fault.TENANT_CONFIGURATION,
  message: 'The LiveKit config is switched off.',
  hint: 'Switch it on.',
  tenantId: TENANT,
  snapshotVersion: 'epoch.43',
};

const call: Call = {
  callLogId: CALL,
  tenantId: TENANT,
  initiatedBy: USER,
  agentId: 'agent-7',
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  state: CallState.FAILED,
  reason: CallReason.NO_AGENT,
  source: RouteSource.ENVIRONMENT,
  snapshotVersion: 'epoch.43',
  createdAt: AT,
  updatedAt: LATER,
  attempts: [
    {
      number: 1,
      state: AttemptState.FAILED,
      reason: CallReason.NO_AGENT,
      livekitConfigId: CONFIG,
      serverUrl: 'wss://livekit.example.com/',
      sipTrunkId: 'ST_golden',
      agentName: 'golden-agent',
      room: ROOM,
      agentDispatchId: 'AD_golden',
      dialMode: '',
      sipCode: 0,
    },
  ],
  sipCode: 0,
  dialedAt: undefined,
  ringingAt: undefined,
  answeredAt: undefined,
  endedAt: undefined,
  hungUpBy: HungUpBy.UNSPECIFIED,
  postDialDelay: undefined,
  ringTime: undefined,
  talkTime: undefined,
  cancelledAt: undefined,
  explanation: undefined,
};

// Each of these is in a message, so that none changes its number. A later one gets a message of its own.
const REASONS: readonly CallReason[] = [
  CallReason.DEPLOYMENT_UNREACHABLE,
  CallReason.CREDENTIAL_REFUSED,
  CallReason.DEPLOYMENT_ERROR,
  CallReason.NO_AGENT,
  CallReason.OUTCOME_UNKNOWN,
  CallReason.AGENT_DID_NOT_CLAIM,
  CallReason.AGENT_LOST,
  CallReason.AGENT_DID_NOT_REPORT,
  CallReason.BUSY,
  CallReason.DECLINED,
  CallReason.NO_ANSWER,
  CallReason.UNAVAILABLE,
  CallReason.INVALID_NUMBER,
  CallReason.CARRIER_TROUBLE,
  CallReason.CARRIER_REFUSED,
  CallReason.TRUNK_NOT_FOUND,
  CallReason.CANCELLED,
  CallReason.MAX_DURATION,
  CallReason.CLOCK_SKEW,
  CallReason.CONFIG_CHANGED,
  CallReason.DISPATCHER_LOST,
  CallReason.DEPLOYMENT_LOST,
  CallReason.DO_NOT_CALL,
];
const ATTEMPT_STATES: readonly AttemptState[] = [
  AttemptState.PLANNED,
  AttemptState.ROOM_READY,
  AttemptState.AGENT_READY,
  AttemptState.PERMITTED,
  AttemptState.DIALING,
  AttemptState.RINGING,
  AttemptState.ANSWERED,
  AttemptState.ENDED,
  AttemptState.FAILED,
  AttemptState.UNKNOWN,
];
const ENDINGS: readonly HungUpBy[] = [
  HungUpBy.CALLEE,
  HungUpBy.AGENT,
  HungUpBy.CALLER,
  HungUpBy.DIALPLANE,
  HungUpBy.DEPLOYMENT,
];

/** The same with what came to be known of calls that are dialled. */
const dialledCall: Call = {
  ...call,
  state: CallState.ENDED,
  reason: CallReason.MAX_DURATION,
  attempts: ATTEMPT_STATES.flatMap((state, index) =>
    call.attempts.map((attempt) => ({
      ...attempt,
      number: index + 1,
      state,
      reason: CallReason.MAX_DURATION,
      dialMode: 'dispatcher',
      sipCode: 200,
    })),
  ),
  sipCode: 200,
  dialedAt: new Date('2026-01-02T03:04:06.000Z'),
  ringingAt: new Date('2026-01-02T03:04:07.500Z'),
  answeredAt: new Date('2026-01-02T03:04:12.000Z'),
  endedAt: new Date('2026-01-02T03:05:12.000Z'),
  hungUpBy: HungUpBy.DIALPLANE,
  postDialDelay: { seconds: 1, nanos: 500_000_000 },
  ringTime: { seconds: 4, nanos: 500_000_000 },
  talkTime: { seconds: 60, nanos: 0 },
  cancelledAt: new Date('2026-01-02T03:05:11.000Z'),
  explanation: undefined,
};

const event: CallEvent = {
  number: 7,
  at: AT,
  attempt: 1,
  kind: 'failed',
  reason: CallReason.BUSY,
  sipCode: 486,
  evidence: 'createSipParticipant',
};

/** What a step that does not refuse leaves empty. */
const UNREFUSED = { reason: RejectionReason.UNSPECIFIED, fault: Fault.UNSPECIFIED, hint: '' };

const errorInfo: ErrorInfo = {
  reason: 'CONFIG_DISABLED',
  domain: 'dialplane',
  metadata: { fault: 'tenant_configuration' },
};
const badRequest: BadRequest = { fieldViolations: [{ field: 'to_number', description: 'is not E.164' }] };
const packed = <T>(type: string, codec: Codec<T>, message: T) => ({
  typeUrl: `type.googleapis.com/${type}`,
  value: Buffer.from(codec.encode(message).finish()),
});

/**
 * Every request and reply of v1, and the error details, with every field set. A recorded message is never
 * recorded again: a new field gets a message of its own here (and its default in the older ones), then
 * `npm run proto:record`.
 */
export const GOLDEN_MESSAGES: readonly GoldenMessage[] = [
  golden('route-call-request', 'dialplane.v1.RouteCallRequest', RouteCallRequest, routeCallRequest),
  golden('route-call-response-route', 'dialplane.v1.RouteCallResponse', RouteCallResponse, {
    outcome: { $case: 'route', value: route },
  }),
  golden('route-call-response-rejection', 'dialplane.v1.RouteCallResponse', RouteCallResponse, {
    outcome: { $case: 'rejection', value: rejection },
  }),
  golden('explain-route-request', 'dialplane.v1.ExplainRouteRequest', ExplainRouteRequest, {
    request: routeCallRequest,
    at: undefined,
    proposedRules: '',
  }),
  golden('explain-route-response', 'dialplane.v1.ExplainRouteResponse', ExplainRouteResponse, {
    response: { outcome: { $case: 'rejection', value: rejection } },
    trace: [
      {
        step: 'user',
        outcome: StepOutcome.PASSED,
        lookedAt: `user ${USER}`,
        concluded: `belongs to tenant ${TENANT}`,
        ...UNREFUSED,
      },
      {
        step: 'agent',
        outcome: StepOutcome.NOTED,
        lookedAt: 'agent agent-7',
        concluded: 'The agent is not known here.',
        ...UNREFUSED,
      },
      {
        step: 'livekit_config',
        outcome: StepOutcome.REFUSED,
        lookedAt: CONFIG,
        concluded: 'It is switched off.',
        ...UNREFUSED,
      },
    ],
    snapshotAge: undefined,
    isExpired: false,
  }),
  golden('route-call-request-purpose', 'dialplane.v1.RouteCallRequest', RouteCallRequest, fullRouteCallRequest),
  golden('route-call-response-dial-string', 'dialplane.v1.RouteCallResponse', RouteCallResponse, {
    outcome: { $case: 'route', value: fullRoute },
  }),
  golden('explain-route-request-proposed-rules', 'dialplane.v1.ExplainRouteRequest', ExplainRouteRequest, {
    request: fullRouteCallRequest,
    at: AT,
    proposedRules: `{"livekit_config":"${CONFIG}"}`,
  }),
  golden('explain-route-response-refusal', 'dialplane.v1.ExplainRouteResponse', ExplainRouteResponse, {
    response: { outcome: { $case: 'rejection', value: rejection } },
    trace: [
      {
        step: 'enabled',
        outcome: StepOutcome.REFUSED,
        lookedAt: CONFIG,
        concluded: 'It is switched off.',
        reason: RejectionReason.CONFIG_DISABLED,
        fault: Fault.TENANT_CONFIGURATION,
        hint: 'Switch it on.',
      },
    ],
    snapshotAge: { seconds: 1, nanos: 500_000_000 },
    isExpired: false,
  }),
  golden('explain-route-response-expired', 'dialplane.v1.ExplainRouteResponse', ExplainRouteResponse, {
    response: { outcome: { $case: 'rejection', value: rejection } },
    trace: [],
    snapshotAge: { seconds: 90, nanos: 0 },
    isExpired: true,
  }),
  golden('route-calls-request', 'dialplane.v1.RouteCallsRequest', RouteCallsRequest, {
    requests: [
      { id: 'lead-12', request: fullRouteCallRequest },
      { id: 'lead-13', request: routeCallRequest },
    ],
  }),
  golden('route-calls-response', 'dialplane.v1.RouteCallsResponse', RouteCallsResponse, {
    results: [
      { id: 'lead-12', outcome: { $case: 'route', value: fullRoute } },
      { id: 'lead-13', outcome: { $case: 'rejection', value: rejection } },
      {
        id: 'lead-14',
        outcome: {
          $case: 'error',
          value: {
            code: 3,
            message: 'to_number is not E.164',
            details: [packed('google.rpc.BadRequest', BadRequest, badRequest)],
          },
        },
      },
    ],
  }),
  golden('list-route-problems-request', 'dialplane.v1.ListRouteProblemsRequest', ListRouteProblemsRequest, {
    tenantId: TENANT,
    pageSize: 50,
    pageToken: 'after-50',
  }),
  golden('list-route-problems-response', 'dialplane.v1.ListRouteProblemsResponse', ListRouteProblemsResponse, {
    problems: [
      {
        table: 'voice_agent_numbers',
        rowId: '7',
        tenantId: TENANT,
        problem: "The number's rules cannot be read: routes: is not a list",
        hint: 'Set others.',
      },
    ],
    nextPageToken: 'after-100',
    snapshotVersion: 'epoch.43',
  }),
  golden('add-do-not-call-request', 'dialplane.v1.AddDoNotCallRequest', AddDoNotCallRequest, {
    initiatedBy: USER,
    tenantId: TENANT,
    number: '+12125550199',
    note: 'asked on the phone',
  }),
  golden('add-do-not-call-response', 'dialplane.v1.AddDoNotCallResponse', AddDoNotCallResponse, {
    added: true,
    snapshotVersion: 'epoch.44',
  }),
  golden('dispatch-request', 'dialplane.v1.DispatchRequest', DispatchRequest, {
    idempotencyKey: 'campaign-7/lead-12',
    initiatedBy: USER,
    tenantId: TENANT,
    fromNumber: '+12125550100',
    toNumber: '+12125550199',
    agentId: 'agent-7',
    purpose: Purpose.UNSPECIFIED,
    minSnapshotVersion: 'epoch.42',
    metadata: '{"lead":"12","greeting":"नमस्ते"}',
    ringingTimeout: { seconds: 30, nanos: 0 },
    maxDuration: { seconds: 3600, nanos: 500_000_000 },
    waitUntil: WaitUntil.AGENT_READY,
    onAgentLost: OnAgentLost.UNSPECIFIED,
  }),
  golden('dispatch-request-purpose', 'dialplane.v1.DispatchRequest', DispatchRequest, {
    idempotencyKey: 'campaign-7/lead-13',
    initiatedBy: USER,
    tenantId: '',
    fromNumber: '+12125550100',
    toNumber: '+12125550199',
    agentId: 'agent-7',
    purpose: Purpose.PROMOTIONAL,
    minSnapshotVersion: '',
    metadata: '',
    ringingTimeout: undefined,
    maxDuration: undefined,
    waitUntil: WaitUntil.UNSPECIFIED,
    onAgentLost: OnAgentLost.UNSPECIFIED,
  }),
  golden('dispatch-request-agent-lost', 'dialplane.v1.DispatchRequest', DispatchRequest, {
    idempotencyKey: 'campaign-7/lead-14',
    initiatedBy: USER,
    tenantId: '',
    fromNumber: '+12125550100',
    toNumber: '+12125550199',
    agentId: 'agent-7',
    purpose: Purpose.SERVICE,
    minSnapshotVersion: '',
    metadata: '',
    ringingTimeout: undefined,
    maxDuration: undefined,
    waitUntil: WaitUntil.ANSWERED,
    onAgentLost: OnAgentLost.KEEP,
  }),
  golden('dispatch-response', 'dialplane.v1.DispatchResponse', DispatchResponse, {
    callLogId: CALL,
    room: ROOM,
    agentDispatchId: 'AD_golden',
    agentName: 'golden-agent',
    serverUrl: 'wss://livekit.example.com/',
    sipTrunkId: 'ST_golden',
    tenantId: TENANT,
    source: RouteSource.DATABASE,
    state: CallState.IN_PROGRESS,
    attemptState: AttemptState.AGENT_READY,
  }),
  golden('get-call-request', 'dialplane.v1.GetCallRequest', GetCallRequest, {
    callLogId: CALL,
    initiatedBy: USER,
    tenantId: TENANT,
  }),
  golden('get-call-response', 'dialplane.v1.GetCallResponse', GetCallResponse, { call, events: [] }),
  golden('get-call-response-timeline', 'dialplane.v1.GetCallResponse', GetCallResponse, {
    call: dialledCall,
    events: [event, ...REASONS.map((reason, index) => ({ ...event, number: 8 + index, reason }))],
  }),
  golden('get-call-response-explanation', 'dialplane.v1.GetCallResponse', GetCallResponse, {
    call: {
      ...dialledCall,
      explanation: {
        fault: Fault.CALLER,
        message: 'The call lasted as long as it may, and was ended.',
        hint: 'Where calls need longer, ask for it: max_duration, at most 4 hours.',
      },
    },
    events: [],
  }),
  golden('list-calls-request', 'dialplane.v1.ListCallsRequest', ListCallsRequest, {
    initiatedBy: USER,
    tenantId: TENANT,
    states: [
      CallState.ACCEPTED,
      CallState.IN_PROGRESS,
      CallState.ENDED,
      CallState.FAILED,
      CallState.CANCELLED,
      CallState.UNKNOWN,
    ],
    toNumber: '+12125550199',
    fromNumber: '+12125550100',
    createdFrom: AT,
    createdBefore: LATER,
    pageSize: 50,
    pageToken: 'after-50',
  }),
  golden('list-calls-response', 'dialplane.v1.ListCallsResponse', ListCallsResponse, {
    calls: [...ENDINGS.map((hungUpBy) => ({ ...dialledCall, hungUpBy })), call],
    nextPageToken: 'after-100',
  }),
  golden('watch-call-request', 'dialplane.v1.WatchCallRequest', WatchCallRequest, {
    callLogId: CALL,
    initiatedBy: USER,
    tenantId: TENANT,
    afterEvent: 6,
  }),
  golden('watch-call-response', 'dialplane.v1.WatchCallResponse', WatchCallResponse, {
    event,
    state: CallState.FAILED,
    isOver: true,
  }),
  golden('cancel-call-request', 'dialplane.v1.CancelCallRequest', CancelCallRequest, {
    callLogId: CALL,
    initiatedBy: USER,
    tenantId: TENANT,
  }),
  ...(['IN_TIME', 'MAY_HAVE_RUNG', 'ENDING', 'WAS_OVER'] as const).map((outcome) =>
    golden(
      `cancel-call-response-${outcome.toLowerCase().replaceAll('_', '-')}`,
      'dialplane.v1.CancelCallResponse',
      CancelCallResponse,
      { outcome: CancelOutcome[outcome], call: dialledCall },
    ),
  ),
  golden('place-dial-request', 'dialplane.v1.PlaceDialRequest', PlaceDialRequest, {
    token: 'token-of-the-job',
    jobId: 'AJ_golden',
  }),
  golden('place-dial-response', 'dialplane.v1.PlaceDialResponse', PlaceDialResponse, {
    state: AttemptState.ENDED,
    reason: CallReason.AGENT_LOST,
    sipCode: 200,
    hungUpBy: HungUpBy.DIALPLANE,
    participantIdentity: CALLEE_IDENTITY,
  }),
  golden('claim-dial-request', 'dialplane.v1.ClaimDialRequest', ClaimDialRequest, {
    token: 'token-of-the-job',
    jobId: 'AJ_golden',
    nonce: 'nonce-of-the-claim',
  }),
  golden('claim-dial-response', 'dialplane.v1.ClaimDialResponse', ClaimDialResponse, {
    sipTrunkId: 'ST_golden',
    dialNumber: '0012125550199',
    callerId: '12125550100',
    sipHeaders: { 'X-Campaign': 'spring' },
    participantIdentity: CALLEE_IDENTITY,
    ringingTimeoutSeconds: 30,
    maxDurationSeconds: 3600,
    reportToken: 'token-of-the-report',
  }),
  golden('report-dial-request', 'dialplane.v1.ReportDialRequest', ReportDialRequest, {
    token: 'token-of-the-report',
    jobId: 'AJ_golden',
    state: AttemptState.FAILED,
    sipCode: 486,
    hungUpBy: HungUpBy.CALLEE,
  }),
  golden('report-dial-response', 'dialplane.v1.ReportDialResponse', ReportDialResponse, {
    state: AttemptState.RINGING,
  }),
  golden('rejection', 'dialplane.v1.Rejection', Rejection, rejection),
  golden('status-bad-request', 'google.rpc.Status', RpcStatus, {
    code: 3,
    message: 'to_number is not E.164',
    details: [
      packed('google.rpc.ErrorInfo', ErrorInfo, errorInfo),
      packed('google.rpc.BadRequest', BadRequest, badRequest),
    ],
  }),
  golden('status-rejection', 'google.rpc.Status', RpcStatus, {
    code: 9,
    message: 'The LiveKit config is switched off.',
    details: [
      packed('google.rpc.ErrorInfo', ErrorInfo, errorInfo),
      packed('dialplane.v1.Rejection', Rejection, rejection),
    ],
  }),
];
