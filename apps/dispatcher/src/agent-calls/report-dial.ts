import type { CallRepository } from '@dialplane/calls';
import { AttemptState, enumKey } from '@dialplane/contracts';
import type { ReportDialRequest, ReportDialResponse } from '@dialplane/contracts';

import type { CallFeed } from '../call-feed.ts';
import { callNotFound } from '../refusals/call-not-found.ts';
import type { Health } from '../carry-out/report-health.ts';
import type { SipCodesOf } from '../targets/create-sip-code-reader.ts';
import { attemptRevoked } from './attempt-revoked.ts';
import type { HangUp } from './create-hang-up.ts';
import { findAttempt } from './find-attempt.ts';
import type { FindAttemptParts } from './find-attempt.ts';
import { hasFinalCode, readReport, reportProblems } from './read-report.ts';
import { tellHealth } from './tell-health.ts';

export interface ReportDialParts extends FindAttemptParts {
  readonly calls: Pick<CallRepository, 'get' | 'report'>;
  readonly feed: Pick<CallFeed, 'nudge'>;
  readonly hangUp: HangUp;
  readonly sipCodesOf: SipCodesOf;
  readonly health: Pick<Health, 'succeeded' | 'trunkFailed'>;
}

/**
 * AgentCalls.ReportDial: writes down what the permit's holder says. A report that comes late, twice or after better
 * evidence changes nothing and is answered with what is known.
 */
export async function reportDial(parts: ReportDialParts, request: ReportDialRequest): Promise<ReportDialResponse> {
  const asked = { purpose: 'report', mode: 'claiming' } as const;
  const { call, attempt } = await findAttempt(parts, request, asked, reportProblems(request));
  const { tenantId, id, permit } = call;
  if (permit?.attempt !== attempt.number || permit.holder !== request.jobId) throw attemptRevoked(id, 'held');

  const sipCodes = hasFinalCode(request) ? await parts.sipCodesOf(call, attempt.target) : {};
  for (const move of readReport(request, attempt.state, sipCodes)) {
    // First the room, then the end: nobody carries a call out that is over, and a callee would be left in silence. An
    // agent that has no SIP code to show may be wrong about its dial.
    const isOver = move.to === 'ended' || (move.to === 'failed' && move.sipCode === undefined);
    if (isOver && !(await parts.hangUp(call, attempt))) break;
    const isNew = await parts.calls.report(tenantId, id, attempt.number, request.jobId, move);
    tellHealth(parts.health, attempt, move, isNew);
  }
  parts.feed.nudge(id);
  const now = (await parts.calls.get(tenantId, id))?.attempts.find(({ number }) => number === attempt.number);
  if (now === undefined) throw callNotFound();
  return { state: AttemptState[enumKey(now.state)] };
}
