import type { Call, CallReason } from '@dialplane/calls';

import { originOf } from '../targets/origin-of.ts';
import { howFarCancelled } from './how-far-cancelled.ts';

interface ReasonText {
  readonly message: string | ((call: Call) => string);
  /** What to do, for somebody who has seen the call's timeline. */
  readonly hint: (call: Call) => string;
  /** Whether somebody who has not seen the timeline is sent to it. */
  readonly needsTimeline?: true;
}

const NEW_KEY = 'To try again, send the request with a new idempotency key.';
const ASK_FIRST =
  "Before you place the call again, look into the carrier's own records, or ask the callee, whether the phone rang.";
const CALL_LATER_OR_ASK =
  'Call later, with a new idempotency key. If it happens with many numbers at once, ask the carrier how many calls the trunk may have at a time.';
const check = ({ fromNumber, tenantId }: Call) => `dialplane number check ${fromNumber} --tenant ${tenantId}`;
const agentName = (call: Call) => (call.attempts.at(-1)?.target ?? call.targets[0])?.agentName ?? '';

/** How to say that a carrier means by its 480 that the trunk is full. */
function ownMeaning({ attempts, sipCode, tenantId }: Call): string {
  const target = attempts.at(-1)?.target;
  if (sipCode !== 480 || target === undefined) return '';
  const trunk = `${target.sipTrunkId} --deployment ${originOf(target.serverUrl)} --tenant ${tenantId}`;
  return ` Where the carrier means by 480 that the trunk's channels are full: dialplane trunk set ${trunk} --sip-codes 480=carrier_trouble`;
}

/** What people are told about each way a call can go wrong. */
export const REASON_TEXTS: Readonly<Record<CallReason, ReasonText>> = {
  deployment_unreachable: {
    message: 'The LiveKit deployment could not be connected to; nothing was sent.',
    hint: (call) => `${NEW_KEY} To find out why: ${check(call)}`,
  },
  credential_refused: {
    message: 'The LiveKit deployment refused the API key or its secret.',
    hint: (call) => `To see which, and what to do: ${check(call)}`,
  },
  deployment_error: {
    message: 'The LiveKit deployment refused the request, or did not answer as a LiveKit server does.',
    hint: (call) => `${NEW_KEY} To find out why: ${check(call)}`,
  },
  no_agent: {
    message: 'No worker took the job in time: none is registered under the agent name, or all are busy.',
    hint: (call) =>
      `Start a worker named ${agentName(call)}. ${NEW_KEY} To try the worker alone: ${check(call)} --launch-agent`,
  },
  outcome_unknown: {
    message: 'A request was sent to the LiveKit deployment and its outcome is not known: the phone may have rung.',
    hint: () => ASK_FIRST,
    needsTimeline: true,
  },
  agent_did_not_claim: {
    message: 'The agent was in the room and did not claim the dial in time; it may no longer. Nobody was dialled.',
    hint: () => `In the dial mode claiming the agent calls ClaimDial at once: docs/dispatch.md shows how. ${NEW_KEY}`,
    needsTimeline: true,
  },
  agent_lost: {
    message: 'The agent left the room, or was lost, while the callee was being dialled or was there.',
    hint: (call) => `Look into the log of worker ${agentName(call)}. ${NEW_KEY}`,
    needsTimeline: true,
  },
  agent_did_not_report: {
    message: 'The agent holds the permit and did not say what became of the dial: the phone may have rung.',
    hint: () => `In the dial mode claiming the agent sends ReportDial: docs/dispatch.md shows how. ${ASK_FIRST}`,
    needsTimeline: true,
  },
  busy: {
    message: 'The callee is busy.',
    hint: () => 'Call later, with a new idempotency key.',
  },
  declined: {
    message: 'The callee, or their carrier for them, declined the call.',
    hint: (call) => `If they want no more calls: dialplane do-not-call add ${call.toNumber} --tenant ${call.tenantId}`,
  },
  no_answer: {
    message: 'Nobody answered within the ringing timeout.',
    hint: () => 'Call later, with a new idempotency key, or let it ring longer: ringing_timeout.',
  },
  unavailable: {
    message: 'The callee is not reachable at the moment, or the carrier has no free channel.',
    hint: (call) => `${CALL_LATER_OR_ASK}${ownMeaning(call)}`,
  },
  invalid_number: {
    message: 'The carrier knows no such number.',
    hint: (call) =>
      `Check the number; if it is right, check the dial format of its carrier rule: dialplane number rules show ${call.fromNumber} --tenant ${call.tenantId}`,
  },
  carrier_trouble: {
    message: 'The carrier failed, or did not answer.',
    hint: () => NEW_KEY,
    needsTimeline: true,
  },
  carrier_refused: {
    message: "The carrier refused the trunk's credentials or the caller id.",
    hint: (call) =>
      `Mend the trunk's credentials on the LiveKit server, or the caller id that the rules name: dialplane number rules show ${call.fromNumber} --tenant ${call.tenantId}`,
  },
  trunk_not_found: {
    message: 'The LiveKit deployment has no such trunk; a Redis without persistence forgets trunks.',
    hint: (call) =>
      `Create the trunk on the LiveKit server and name it in the LiveKit config. To see which: ${check(call)}`,
  },
  cancelled: {
    message: howFarCancelled,
    hint: () => NEW_KEY,
    needsTimeline: true,
  },
  max_duration: {
    message: 'The call lasted as long as it may, and was ended.',
    hint: () => 'Where calls need longer, ask for it: max_duration, at most 4 hours.',
  },
  clock_skew: {
    message:
      "The deployment's clock and the dispatcher's differ by more than 30 seconds, or its replies have no Date: no dial could be fenced, and none was sent.",
    hint: () => `Set both clocks by NTP, and let proxies pass the header Date on. ${NEW_KEY}`,
  },
  config_changed: {
    message: 'The LiveKit config was changed or switched off after the call was accepted. Nobody was dialled.',
    hint: (call) => `${NEW_KEY} To see the config: ${check(call)}`,
  },
  dispatcher_lost: {
    message:
      'Dialplane lost the call, or could not carry it on, before anybody was dialled or after the callee had answered.',
    hint: () => NEW_KEY,
  },
  deployment_lost: {
    message: "The deployment lost the call: its room or the callee's connection is gone, and nobody hung up.",
    hint: () => NEW_KEY,
    needsTimeline: true,
  },
  do_not_call: {
    message: 'The number was put on a do-not-call list after the call was accepted. Nobody was dialled.',
    hint: ({ toNumber, tenantId }) =>
      `If its owner wants to be called again: dialplane do-not-call remove ${toNumber} --tenant ${tenantId}`,
  },
};
