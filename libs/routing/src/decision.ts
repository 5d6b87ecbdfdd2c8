import type { Refusal } from './rejections.ts';
import type { SipHeaders } from './routing-view.ts';

/** One LiveKit deployment with all that a call on it needs, but for the secret. */
export interface Target {
  /** Undefined when the credentials come from the environment. */
  readonly livekitConfigId: string | undefined;
  /** The server's http or https origin. */
  readonly deployment: string;
  /** The server's URL as configured. */
  readonly serverUrl: string;
  readonly sipTrunkId: string;
  readonly agentName: string;
  /** E.164; one of the tenant's own numbers. */
  readonly callerId: string;
  /** What goes to the carrier as the callee. */
  readonly dialString: string;
  /** What goes to the carrier as the caller. */
  readonly callerIdString: string;
  readonly sipHeaders: SipHeaders;
}

/** The steps of a decision in their order. */
export const STEPS = [
  'user',
  'tenant',
  'agent',
  'number',
  'rules',
  'do_not_call',
  'purpose',
  'destination',
  'calling_hours',
  'candidates',
  'enabled',
  'region',
  'caller_id',
  'order',
  'limits',
  'target',
] as const;
export type StepName = (typeof STEPS)[number];

/** One step of a decision, for people. */
export interface TraceStep {
  readonly step: StepName;
  readonly outcome: 'passed' | 'noted' | 'refused';
  readonly lookedAt: string;
  readonly concluded: string;
  /** Of a step that refuses. */
  readonly refusal?: Refusal;
}

export interface ResolvedNumber {
  readonly id: string;
  readonly baseNumber: string;
  readonly countryCode: string;
  readonly e164: string;
}

export interface Routed {
  readonly kind: 'routed';
  readonly source: 'database' | 'environment';
  readonly tenantId: string;
  readonly number: ResolvedNumber;
  /** At least one, best first. */
  readonly targets: readonly [Target, ...Target[]];
  /** Milliseconds since 1970: the first moment at which the same view may give another answer. */
  readonly expiresAt: number;
  /** Short remarks for people. */
  readonly notes: readonly string[];
}

export interface Rejected extends Refusal {
  readonly kind: 'rejected';
  readonly tenantId: string | undefined;
}

export type Decision = Routed | Rejected;
