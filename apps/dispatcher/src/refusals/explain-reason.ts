import { REASONS } from '@dialplane/calls';
import type { Call, CallReason } from '@dialplane/calls';
import type { StatusError } from '@dialplane/grpc';

import { REASON_TEXTS } from './reason-texts.ts';

/** What happened to a call, whose doing it was, and what to do about it, for somebody who has seen its timeline. */
export function explainReason(call: Call, reason: CallReason): Pick<StatusError, 'fault' | 'message' | 'hint'> {
  const { message: text, hint } = REASON_TEXTS[reason];
  const message = typeof text === 'string' ? text : text(call);
  return {
    fault: REASONS[reason].fault,
    message: call.sipCode === null ? message : `${message} The carrier said SIP ${call.sipCode}.`,
    hint: call.state === 'unknown' ? hintInDoubt(call) : hint(call),
  };
}

function hintInDoubt({ id, tenantId }: Call): string {
  const command = (verb: string) => `dialplane call ${verb} ${id} --tenant ${tenantId}`;
  return `Do not place the call again before it is known whether the phone rang. Follow it until then: ${command('watch')}; should it be going on, end it: ${command('cancel')}`;
}
