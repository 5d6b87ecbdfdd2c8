import type { CallReason } from './call.ts';

/** Whose doing it is. */
export type ReasonFault =
  'caller' | 'tenant_configuration' | 'deployment' | 'agent' | 'carrier' | 'callee' | 'dialplane';

/** What may be tried after an attempt that failed so. */
export type NextTry =
  | 'another_target'
  /** The target was not at fault. */
  | 'same_target'
  /** Somebody has said no, or it would be the same over any target, or the phone may have rung, or a permit was granted. */
  | 'nothing';

/** What holds of a reason, whatever call it is of. */
export interface ReasonFacts {
  readonly fault: ReasonFault;
  /** Whether it leaves open for good whether the phone has rung. */
  readonly isInDoubt: boolean;
  /** As long as no permit was granted; after that it is `nothing`, whatever the reason. */
  readonly next: NextTry;
  /** What a dial that failed so says about its trunk. That nobody answered may be a carrier that hears nothing. */
  readonly trunk: 'failed' | 'works' | 'nothing';
}

type Row = [
  fault: ReasonFault,
  next: NextTry,
  trunk?: Exclude<ReasonFacts['trunk'], 'nothing'> | undefined,
  doubt?: 'in_doubt',
];

const ROWS: Readonly<Record<CallReason, Row>> = {
  deployment_unreachable: ['deployment', 'another_target'],
  credential_refused: ['tenant_configuration', 'another_target'],
  deployment_error: ['deployment', 'another_target'],
  clock_skew: ['deployment', 'another_target'],
  config_changed: ['tenant_configuration', 'another_target'],
  no_agent: ['agent', 'another_target'],
  agent_did_not_claim: ['agent', 'another_target'],
  agent_lost: ['agent', 'another_target'],
  dispatcher_lost: ['dialplane', 'same_target'],

  // Known from a dial alone, which the permit precedes: the next calls have another trunk tried first.
  carrier_trouble: ['carrier', 'nothing', 'failed'],
  carrier_refused: ['tenant_configuration', 'nothing', 'failed'],
  trunk_not_found: ['tenant_configuration', 'nothing', 'failed'],

  busy: ['callee', 'nothing', 'works'],
  declined: ['callee', 'nothing', 'works'],
  no_answer: ['callee', 'nothing'],
  unavailable: ['callee', 'nothing', 'works'],
  invalid_number: ['caller', 'nothing', 'works'],
  do_not_call: ['callee', 'nothing'],
  cancelled: ['caller', 'nothing'],
  max_duration: ['caller', 'nothing'],

  deployment_lost: ['deployment', 'nothing'],
  agent_did_not_report: ['agent', 'nothing', undefined, 'in_doubt'],
  outcome_unknown: ['deployment', 'nothing', undefined, 'in_doubt'],
};

/** Every reason, and what is to be known of it: the one place where that stands. */
export const REASONS = Object.fromEntries(
  Object.entries(ROWS).map(([reason, [fault, next, trunk = 'nothing', doubt]]) => [
    reason,
    { fault, next, trunk, isInDoubt: doubt === 'in_doubt' },
  ]),
) as Readonly<Record<CallReason, ReasonFacts>>;
