import { REASONS } from '@dialplane/calls';
import type { Call, CallReason } from '@dialplane/calls';
import { enumKey } from '@dialplane/contracts';
import { StatusError } from '@dialplane/grpc';

import { explainReason } from './explain-reason.ts';
import { REASON_TEXTS } from './reason-texts.ts';

/**
 * The error that says how a call ended, or that it is in doubt. Of a call that is over it is always the same, so
 * sending the same request again helps nobody.
 */
export function toFailure(call: Call, reason: CallReason): StatusError {
  const { hint, ...told } = explainReason(call, reason);
  const show = `dialplane call show ${call.id} --tenant ${call.tenantId}`;
  const sipCode: Record<string, string> = call.sipCode === null ? {} : { sip_code: String(call.sipCode) };
  return new StatusError({
    ...told,
    code: call.state === 'unknown' || REASONS[reason].isInDoubt ? 'UNKNOWN' : 'ABORTED',
    reason: enumKey(reason),
    retryable: false,
    hint: REASON_TEXTS[reason].needsTimeline ? `${hint.replace(/\.$/, '')}; what happened: ${show}` : hint,
    metadata: { call_log_id: call.id, ...sipCode },
  });
}
