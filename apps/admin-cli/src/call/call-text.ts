import type { Attempt, Call, CallEvent } from '@dialplane/contracts';

import { sourceText } from '../source-text.ts';
import { bold, fields } from '../text.ts';
import { hungUpByText, reasonWord, stateText, whoseDoing } from './call-words.ts';
import { eventLine } from './event-line.ts';
import { explanationText } from './explanation-text.ts';
import { nextStep } from './next-step.ts';
import { phaseBar } from './phase-bar.ts';
import { spanText, toMs } from './span.ts';

type Values = Readonly<Record<string, string | number | null | undefined>>;

/** A call for people: what it is, each attempt, its timeline, and what to do next. */
export function callText(call: Call, events: readonly CallEvent[]): string {
  const parts = [
    bold(`Call ${call.callLogId}`),
    explanationText(call),
    fields({
      ...callFields(call),
      from: call.fromNumber,
      to: call.toNumber,
      'agent id': call.agentId,
      tenant: call.tenantId,
      'initiated by': call.initiatedBy,
      source: sourceText(call.source),
      'snapshot version': call.snapshotVersion,
      created: call.createdAt?.toISOString(),
      updated: call.updatedAt?.toISOString(),
    }),
    ...call.attempts.map(attemptText),
    ...timeline(call, events),
    nextStep(call),
  ];
  return parts.filter((part) => part !== undefined).join('\n');
}

/** What became of it: as far as it is known. */
export function callFields(call: Call): Values {
  return {
    state: stateText(call.state, 'CALL_STATE'),
    ...known({
      reason: reasonWord(call.reason),
      'whose doing': whoseDoing(call.explanation),
      'SIP code': call.sipCode === 0 ? null : call.sipCode,
      'hung up by': hungUpByText(call.hungUpBy),
      // Ringing is seen late.
      'post-dial delay': bounded('≤', spanText(toMs(call.postDialDelay))),
      'ring time': bounded('≥', spanText(toMs(call.ringTime))),
      'talk time': spanText(toMs(call.talkTime)),
      cancelled: call.cancelledAt?.toISOString(),
    }),
  };
}

function timeline(call: Call, events: readonly CallEvent[]): (string | undefined)[] {
  const start = call.createdAt ?? events[0]?.at;
  if (events.length === 0 || start === undefined) return [];
  return [bold('Timeline'), ...events.map((event) => eventLine(event, start)), phaseBar(call)];
}

function attemptText(attempt: Attempt): string {
  return `${bold(`Attempt ${attempt.number}`)}\n${fields({
    state: stateText(attempt.state, 'ATTEMPT_STATE'),
    ...known({ reason: reasonWord(attempt.reason), 'SIP code': attempt.sipCode === 0 ? null : attempt.sipCode }),
    server: attempt.serverUrl,
    trunk: attempt.sipTrunkId,
    'agent name': attempt.agentName,
    'dial mode': attempt.dialMode,
    room: attempt.room,
    'dispatch id': attempt.agentDispatchId,
    'livekit config': attempt.livekitConfigId,
  })}`;
}

const bounded = (bound: '≤' | '≥', span: string | null): string | null => (span === null ? null : `${bound} ${span}`);

/** Without what is not known. */
const known = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
