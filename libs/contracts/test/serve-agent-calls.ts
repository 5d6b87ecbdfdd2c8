import { Metadata, Server, ServerCredentials, status, type ServiceError } from '@grpc/grpc-js';

import {
  AgentCallsService,
  AttemptState,
  CallReason,
  HungUpBy,
  type AgentCallsServer,
  type ClaimDialRequest,
  type ClaimDialResponse,
  type PlaceDialRequest,
  type PlaceDialResponse,
  type ReportDialRequest,
} from '../src/index.ts';
import type { Certificate } from './self-signed-certificate.ts';

export { selfSignedCertificate } from './self-signed-certificate.ts';

/** What befalls a request after it was served: the server is busy, is silent, or its connections break. */
export type Fault = 'unavailable' | 'silent' | 'cut';

/** An AgentCalls for tests of agents: it keeps the contract's promises for one call, and no call log. */
export interface AgentCallsDouble {
  readonly address: string;
  /** Requests as they came, repeated ones too. */
  readonly claims: ClaimDialRequest[];
  readonly dials: PlaceDialRequest[];
  readonly reports: ReportDialRequest[];
  /** What a claim gets. */
  permit: ClaimDialResponse;
  /** For the next requests, each once. */
  readonly faults: Fault[];
  /** What a stream of PlaceDial tells, from the first state on; one that does not end stays open. */
  story: PlaceDialResponse[];
  stop(): void;
}

export const AGENT_CALLS_TOKEN = 'the token of this attempt';
export const REPORT_TOKEN = 'the token for reports';

export const PERMIT: ClaimDialResponse = {
  sipTrunkId: 'ST_example',
  dialNumber: '0012125550199',
  callerId: '12125550123',
  sipHeaders: { 'X-Campaign': 'spring' },
  participantIdentity: 'callee-0f8fad5bd9cb469fa16570867728950e',
  ringingTimeoutSeconds: 30,
  maxDurationSeconds: 3600,
  reportToken: REPORT_TOKEN,
};

/** One state of a dial. */
export function dialState(state: AttemptState, more: Partial<PlaceDialResponse> = {}): PlaceDialResponse {
  const nothing = { reason: CallReason.UNSPECIFIED, sipCode: 0, hungUpBy: HungUpBy.UNSPECIFIED };
  return { state, ...nothing, participantIdentity: PERMIT.participantIdentity, ...more };
}

/** Serves on a free port of loopback; with a certificate, TLS alone. */
export async function serveAgentCalls(tls?: Certificate): Promise<AgentCallsDouble> {
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [
          { private_key: Buffer.from(tls.privateKey), cert_chain: Buffer.from(tls.certificate) },
        ]);
  let holder: string | undefined;
  let server = new Server();
  const double = {
    address: '',
    claims: [] as ClaimDialRequest[],
    dials: [] as PlaceDialRequest[],
    reports: [] as ReportDialRequest[],
    permit: PERMIT,
    faults: [] as Fault[],
    story: [] as PlaceDialResponse[],
    stop: () => server.forceShutdown(),
  };

  /** True: the fault has answered. */
  function befalls(refuse: (error: Partial<ServiceError>) => void): boolean {
    const fault = double.faults.shift();
    if (fault === 'unavailable') refuse({ code: status.UNAVAILABLE, details: 'busy' });
    if (fault === 'cut') void restart();
    return fault !== undefined;
  }

  const service: AgentCallsServer = {
    claimDial: ({ request }, answer) => {
      double.claims.push(request);
      if (request.token !== AGENT_CALLS_TOKEN) return answer(UNKNOWN_TOKEN);
      const claimant = `${request.jobId}/${request.nonce}`;
      holder ??= claimant;
      if (befalls(answer)) return;
      if (holder !== claimant) return answer(REVOKED);
      answer(null, double.permit);
    },
    placeDial: (call) => {
      double.dials.push(call.request);
      const refuse = (error: Partial<ServiceError>) => call.emit('error', error);
      if (call.request.token !== AGENT_CALLS_TOKEN) return void refuse(UNKNOWN_TOKEN);
      if (double.story.length === 0) return void refuse(REVOKED);
      for (const state of double.story) call.write(state);
      if (befalls(refuse)) return;
      if (FINAL.includes(double.story.at(-1)?.state ?? AttemptState.UNSPECIFIED)) call.end();
    },
    reportDial: ({ request }, answer) => {
      double.reports.push(request);
      if (request.token !== REPORT_TOKEN) return answer(UNKNOWN_TOKEN);
      if (befalls(answer)) return;
      answer(null, { state: request.state });
    },
  };

  async function listen(address: string): Promise<void> {
    server = new Server();
    server.addService(AgentCallsService, service);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync(address, credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
    );
    double.address = `127.0.0.1:${port}`;
  }

  async function restart(): Promise<void> {
    // What was written already goes out first.
    await new Promise((resolve) => setTimeout(resolve, 50));
    server.forceShutdown();
    await listen(double.address);
  }

  await listen('127.0.0.1:0');
  return double;
}

const FINAL: readonly AttemptState[] = [AttemptState.ENDED, AttemptState.FAILED, AttemptState.UNKNOWN];
const UNKNOWN_TOKEN = refusal(status.UNAUTHENTICATED, 'The token is not one of this call.');
const REVOKED = refusal(status.FAILED_PRECONDITION, 'Another attempt took its place.');

function refusal(code: status, details: string): Partial<ServiceError> {
  return { code, details, metadata: new Metadata() };
}
