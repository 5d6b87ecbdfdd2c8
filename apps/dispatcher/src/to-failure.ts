import type { Call, CallReason } from '@dialplane/calls';
import { enumKey } from '@dialplane/contracts';
import { StatusError } from '@dialplane/grpc';

type Failure = Pick<StatusError, 'code' | 'message' | 'fault'> & { readonly hint: (call: Call) => string };

const NEW_KEY = 'To try again, send the request with a new idempotency key.';
const check = ({ fromNumber, tenantId }: Call) => `dialplane number check ${fromNumber} --tenant ${tenantId}`;

/** What a caller is told about each way a call can go wrong. */
const FAILURES: Readonly<Record<CallReason, Failure>> = {
  deployment_unreachable: {
    code: 'ABORTED',
    fault: 'deployment',
    message: 'The LiveKit deployment could not be connected to; nothing was sent.',
    hint: (call) => `${NEW_KEY} To find out why: ${check(call)}`,
  },
  credential_refused: {
    code: 'ABORTED',
    fault: 'tenant_configuration',
    message: 'The LiveKit deployment refused the API key or its secret.',
    hint: (call) => `To see which, and what to do: ${check(call)}`,
  },
  deployment_error: {
    code: 'ABORTED',
    fault: 'deployment',
    message: 'The LiveKit deployment refused the request, or did not answer as a LiveKit server does.',
    hint: (call) => `${NEW_KEY} To find out why: ${check(call)}`,
  },
  no_agent: {
    code: 'ABORTED',
    fault: 'agent',
    message: 'No worker took the job in time: none is registered under the agent name, or all are busy.',
    hint: (call) =>
      `Start a worker named ${call.targets[0]?.agentName ?? ''}. ${NEW_KEY} To try the worker alone: ${check(call)} --launch-agent`,
  },
  outcome_unknown: {
    code: 'UNKNOWN',
    fault: 'deployment',
    message: 'The request was sent to the LiveKit deployment and its outcome is not known: the phone may ring.',
    hint: ({ id, tenantId }) =>
      `Do not place the call again before looking: dialplane call show ${id} --tenant ${tenantId}`,
  },
};

/** The error that says how a call ended: for the same request always the same, so sending it again helps nobody. */
export function toFailure(call: Call, reason: CallReason): StatusError {
  const { hint, ...failure } = FAILURES[reason];
  return new StatusError({
    ...failure,
    reason: enumKey(reason),
    retryable: false,
    hint: hint(call),
    metadata: { call_log_id: call.id },
  });
}
