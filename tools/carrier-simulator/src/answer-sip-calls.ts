import {
  CreateSIPParticipantRequest,
  ListSIPInboundTrunkResponse,
  ListSIPOutboundTrunkResponse,
  ListSIPTrunkResponse,
  SIPParticipantInfo,
} from '@livekit/protocol';
import type { SIPGrant } from 'livekit-server-sdk';

import { newId } from './callee.ts';
import type { Callee } from './callee.ts';
import { carrierBehaviour } from './carrier-behaviour.ts';
import type { Answer, HttpReply, HttpRequest, Serve } from './http-message.ts';
import { sipRefusal } from './sip-refusal.ts';
import type { Dial, DialResult, NewDial } from './start-dial.ts';
import { messageReply, readMessage, twirpError } from './twirp.ts';

export interface SipCallParts {
  /** LiveKit's refusal of the request's access token; undefined when it is good. */
  readonly checkToken: (
    request: HttpRequest,
    allows: (sip: SIPGrant) => boolean | undefined,
  ) => Promise<HttpReply | undefined>;
  /** The ids of the trunks that LiveKit knows at this moment. */
  readonly trunks: () => readonly string[];
  readonly dial: (dial: NewDial) => Dial;
}

/** The server's own limit, whatever the request says. */
const RINGING_MAX_MS = 80_000;
/** When nobody waits and nobody says how long. */
const RINGING_DEFAULT_MS = 180_000;
/** Where the trunks lead; nothing is ever sent there. */
const CARRIER_HOST = 'sip.example.com';

/** What the SIP service answers, by path. */
export function answerSipCalls({ checkToken, trunks, dial }: SipCallParts): Readonly<Record<string, Serve>> {
  const mayAdminister = (sip: SIPGrant) => sip.admin;

  async function createParticipant(request: HttpRequest): Promise<Answer> {
    const refused = await checkToken(request, (sip) => sip.call);
    if (refused !== undefined) return refused;
    const message = readMessage(request, CreateSIPParticipantRequest);
    if (message === undefined) return twirpError('malformed', 'the json request could not be decoded');
    const { sipTrunkId, sipCallTo, roomName, waitUntilAnswered } = message;
    if (sipTrunkId === '') return twirpError('invalid_argument', 'trunk ID should be set');
    if (sipCallTo === '') return twirpError('invalid_argument', 'call-to number should be set');
    if (roomName === '') return twirpError('invalid_argument', 'room name should be set');
    if (!trunks().includes(sipTrunkId)) return twirpError('not_found', 'requested sip trunk does not exist');
    const behaviour = carrierBehaviour(sipCallTo);
    if (behaviour.end.kind === 'unresolvable') {
      return twirpError('invalid_argument', `cannot resolve ${CARRIER_HOST}: no such host`);
    }

    const sipCallId = newId('SCL');
    const callee = toCallee(message, sipCallId);
    const ringingTimeoutMs = ringingLimitMs(message);
    const started = dial({ sipCallId, number: sipCallTo, sipTrunkId, callee, behaviour, ringingTimeoutMs });
    const participantId = await started.joined.catch(() => undefined);
    if (participantId === undefined) return twirpError('internal', 'update room failed: room join failed');
    if (!behaviour.replies) return 'never';
    const result: DialResult = waitUntilAnswered
      ? await started.result.catch(() => ({ kind: 'canceled' }) as const)
      : { kind: 'answered' };
    const participantIdentity = callee.identity;
    const info = new SIPParticipantInfo({ participantId, participantIdentity, roomName, sipCallId });
    return failure(result) ?? messageReply(request, info);
  }

  const listing =
    (toMessage: () => Parameters<typeof messageReply>[1]): Serve =>
    async (request) =>
      (await checkToken(request, mayAdminister)) ?? messageReply(request, toMessage());
  const outbound = () =>
    trunks().map((sipTrunkId) => ({ sipTrunkId, name: 'simulated', address: CARRIER_HOST, numbers: ['*'] }));

  return {
    '/twirp/livekit.SIP/CreateSIPParticipant': createParticipant,
    '/twirp/livekit.SIP/ListSIPOutboundTrunk': listing(() => new ListSIPOutboundTrunkResponse({ items: outbound() })),
    '/twirp/livekit.SIP/ListSIPInboundTrunk': listing(() => new ListSIPInboundTrunkResponse()),
    '/twirp/livekit.SIP/ListSIPTrunk': listing(
      () =>
        new ListSIPTrunkResponse({
          items: outbound().map(({ sipTrunkId, name, address }) => ({ sipTrunkId, name, outboundAddress: address })),
        }),
    ),
  };
}

function toCallee(message: CreateSIPParticipantRequest, sipCallId: string): Callee {
  const { sipCallTo, sipNumber, sipTrunkId } = message;
  return {
    room: message.roomName,
    identity: message.participantIdentity || `sip_${sipCallTo}`,
    name: message.participantName || `Phone ${sipCallTo}`,
    metadata: message.participantMetadata,
    attributes: {
      ...message.participantAttributes,
      'sip.callID': sipCallId,
      'sip.callStatus': 'dialing',
      'sip.trunkID': sipTrunkId,
      'sip.hostname': CARRIER_HOST,
      ...(!message.hidePhoneNumber && { 'sip.phoneNumber': sipCallTo, 'sip.trunkPhoneNumber': sipNumber }),
    },
  };
}

function ringingLimitMs({ ringingTimeout, waitUntilAnswered }: CreateSIPParticipantRequest): number {
  if (ringingTimeout === undefined) return waitUntilAnswered ? RINGING_MAX_MS : RINGING_DEFAULT_MS;
  const ms = Number(ringingTimeout.seconds) * 1_000 + ringingTimeout.nanos / 1e6;
  return ms > 0 ? Math.min(ms, RINGING_MAX_MS) : RINGING_MAX_MS;
}

function failure(result: DialResult): HttpReply | undefined {
  switch (result.kind) {
    case 'answered':
      return undefined;
    case 'canceled':
      return twirpError('canceled', 'sip request timed out');
    case 'credentials_wanted':
      return twirpError('failed_precondition', 'server required auth, but no username or password was provided');
    case 'refused': {
      const { sipCode } = result;
      const { phrase, twirpCode } = sipRefusal(sipCode);
      return twirpError(twirpCode, `twirp error unknown: INVITE failed: sip status: ${sipCode}: ${phrase}`, {
        sip_status_code: String(sipCode),
        sip_status: phrase,
      });
    }
  }
}
