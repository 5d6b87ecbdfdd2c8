import type { Rejection, Route, RouteCallResponse, TraceStep } from '@dialplane/contracts';
import { StepOutcome } from '@dialplane/contracts';

import { sourceText } from './source-text.ts';
import { bold, CROSS, fields, TICK, visible, WARNING } from './text.ts';
import { word } from './word.ts';

const MARKS: Readonly<Partial<Record<StepOutcome, string>>> = {
  [StepOutcome.PASSED]: TICK,
  [StepOutcome.NOTED]: WARNING,
  [StepOutcome.REFUSED]: CROSS,
};

/**
 * Every step: its mark, its name, what it concluded and what it looked at; of one that refuses, what to do about it,
 * unless that has been said already.
 */
export function traceText(trace: readonly TraceStep[], said = ''): string {
  const width = Math.max(0, ...trace.map(({ step }) => step.length));
  return trace
    .map(({ step, outcome, concluded, lookedAt, reason, hint }) => {
      const line = `  ${MARKS[outcome] ?? '·'} ${visible(step).padEnd(width)}  ${visible(lookedAt)}: ${visible(concluded)}`;
      if (outcome !== StepOutcome.REFUSED || hint === said) return line;
      return `${line}\n${' '.repeat(width + 6)}${word(reason, 'REJECTION_REASON')}: ${visible(hint)}`;
    })
    .join('\n');
}

/** The same as `--json` prints it. */
export const traceJson = (trace: readonly TraceStep[]) =>
  trace.map(({ outcome, reason, fault, hint, ...step }) => ({
    ...step,
    outcome: word(outcome, 'STEP_OUTCOME'),
    ...(outcome === StepOutcome.REFUSED && {
      reason: word(reason, 'REJECTION_REASON'),
      fault: word(fault, 'FAULT'),
      hint,
    }),
  }));

type Values = Parameters<typeof fields>[number];

/** The decision as a person reads it, less its trace; `more` is what else is known of it. */
export function decisionText({ outcome }: RouteCallResponse, more: Values = {}): string {
  if (outcome === undefined) return `${CROSS} ${bold('The router gave no decision that this version knows.')}`;
  return outcome.$case === 'route' ? routeText(outcome.value, more) : rejectionText(outcome.value, more);
}

function routeText({ targets, source, tenantId, number, snapshotVersion, expiresAt }: Route, more: Values): string {
  const shown = targets.map((target) => ({
    server: target.serverUrl,
    trunk: target.sipTrunkId,
    'agent name': target.agentName,
    'caller id':
      target.callerIdString === target.callerId
        ? target.callerId
        : `${target.callerId}, sent as ${target.callerIdString}`,
    dials: target.dialString,
    ...(Object.keys(target.sipHeaders).length > 0 && { 'sip headers': JSON.stringify(target.sipHeaders) }),
    'livekit config': target.livekitConfigId,
  }));
  const rest = {
    tenant: tenantId,
    number: number === undefined ? null : `${number.e164} (row ${number.id})`,
    'credentials from': sourceText(source),
    'snapshot version': snapshotVersion,
    'valid until': expiresAt?.toISOString(),
    ...more,
  };
  const [only, another] = shown;
  const blocks =
    another === undefined
      ? [{ ...only, ...rest }]
      : [...shown.map((target, index) => ({ target: index + 1, ...target })), rest];
  return `${TICK} ${bold('Routed')}\n${fields(...blocks)}`;
}

function rejectionText({ reason, fault, message, hint, tenantId, snapshotVersion }: Rejection, more: Values): string {
  const values = {
    reason: word(reason, 'REJECTION_REASON'),
    fault: word(fault, 'FAULT').replaceAll('_', ' '),
    tenant: tenantId,
    'snapshot version': snapshotVersion,
    ...more,
  };
  return [`${CROSS} ${bold(`Rejected: ${visible(message)}`)}`, `  ${visible(hint)}`, fields(values)].join('\n');
}

/** The decision as `--json` prints it. */
export function decisionJson({ outcome }: RouteCallResponse) {
  if (outcome?.$case === 'route')
    return { outcome: 'routed', route: { ...outcome.value, source: word(outcome.value.source, 'ROUTE_SOURCE') } };
  if (outcome?.$case === 'rejection') {
    const { reason, fault, ...rest } = outcome.value;
    return {
      outcome: 'rejected',
      rejection: { reason: word(reason, 'REJECTION_REASON'), fault: word(fault, 'FAULT'), ...rest },
    };
  }
  return { outcome: 'unknown' };
}
