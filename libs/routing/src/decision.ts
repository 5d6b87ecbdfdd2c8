import type { RejectionReason } from './rejections.ts';

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
  /** E.164. */
  readonly callerId: string;
}

export type StepName = 'user' | 'tenant' | 'agent' | 'number' | 'destination' | 'rules' | 'livekit_config' | 'target';

/** One step of a decision, for people. */
export interface TraceStep {
  readonly step: StepName;
  readonly outcome: 'passed' | 'noted' | 'refused';
  readonly lookedAt: string;
  readonly concluded: string;
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
  readonly expiresAt: Date;
  readonly trace: readonly TraceStep[];
}

export interface Rejected {
  readonly kind: 'rejected';
  readonly reason: RejectionReason;
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly tenantId: string | undefined;
  readonly trace: readonly TraceStep[];
}

export type Decision = Routed | Rejected;
