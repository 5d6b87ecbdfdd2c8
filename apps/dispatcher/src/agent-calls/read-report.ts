import { classifyDialFailure } from '@dialplane/calls';
import type { AttemptMove, AttemptState as State, SipCodeOverrides } from '@dialplane/calls';
import { AttemptState, HungUpBy } from '@dialplane/contracts';
import type { ReportDialRequest } from '@dialplane/contracts';
import type { Violation } from '@dialplane/grpc';

import { bySipCode } from '../targets/by-sip-code.ts';

const EVIDENCE = 'report of the agent';
const MIN_SIP_CODE = 100;
/** Below it a SIP code says no more than that the dial goes on. */
const FIRST_FINAL_SIP_CODE = 300;
const MAX_SIP_CODE = 699;

type ReportedState = Extract<State, 'dialing' | 'ringing' | 'answered' | 'ended' | 'failed'>;

const STATES: Readonly<Partial<Record<AttemptState, ReportedState>>> = {
  [AttemptState.DIALING]: 'dialing',
  [AttemptState.RINGING]: 'ringing',
  [AttemptState.ANSWERED]: 'answered',
  [AttemptState.ENDED]: 'ended',
  [AttemptState.FAILED]: 'failed',
};

/** What is wrong with a report as it was written. */
export function reportProblems({ state, sipCode, hungUpBy }: ReportDialRequest): Violation[] {
  const problems: Violation[] = [];
  if (STATES[state] === undefined)
    problems.push({ field: 'state', description: 'must be DIALING, RINGING, ANSWERED, ENDED or FAILED' });
  if (sipCode !== 0 && (sipCode < MIN_SIP_CODE || sipCode > MAX_SIP_CODE))
    problems.push({ field: 'sip_code', description: `must be ${MIN_SIP_CODE} to ${MAX_SIP_CODE}, or unset` });
  if (hungUpBy !== HungUpBy.UNSPECIFIED && hungUpBy !== HungUpBy.CALLEE && hungUpBy !== HungUpBy.AGENT)
    problems.push({ field: 'hung_up_by', description: 'must be CALLEE or AGENT, or unset' });
  return problems;
}

/** Whether a report says by a SIP code how the dial failed. */
export const hasFinalCode = ({ state, sipCode }: ReportDialRequest): boolean =>
  STATES[state] === 'failed' && sipCode >= FIRST_FINAL_SIP_CODE;

/**
 * The moves that a well-formed report comes to, one after the other, of an attempt in the given state over a trunk
 * whose carrier means this by its codes. The end of a call whose answer was never reported is evidence of the answer.
 */
export function readReport(
  { state, sipCode, hungUpBy }: ReportDialRequest,
  before: State,
  sipCodes: SipCodeOverrides,
): AttemptMove[] {
  const to = STATES[state];
  switch (to) {
    case undefined:
      return [];
    case 'ended': {
      const who = hungUpBy === HungUpBy.CALLEE ? 'callee' : hungUpBy === HungUpBy.AGENT ? 'agent' : null;
      const ended = { to, reason: null, hungUpBy: who, evidence: EVIDENCE } as const;
      return before === 'answered' ? [ended] : [{ to: 'answered', evidence: EVIDENCE }, ended];
    }
    case 'failed':
      return [{ to, ...failureOf(sipCode, before, sipCodes), isLast: true }];
    default:
      return [{ to, evidence: EVIDENCE }];
  }
}

/** Who dials with waiting for the answer and is told no SIP code, was told by LiveKit that the ringing was given up. */
function failureOf(sipCode: number, before: State, sipCodes: SipCodeOverrides) {
  if (sipCode >= FIRST_FINAL_SIP_CODE) {
    const failure = { sipCode, twirpCode: undefined, httpStatus: undefined, outcome: 'rejected' } as const;
    const { reason } = classifyDialFailure(failure, sipCodes);
    return { reason, sipCode, evidence: bySipCode(EVIDENCE, sipCode, sipCodes) };
  }
  return { reason: before === 'ringing' ? 'no_answer' : 'deployment_error', evidence: EVIDENCE } as const;
}
