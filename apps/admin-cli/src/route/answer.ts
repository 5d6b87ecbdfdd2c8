import type { SipHeaders, Target } from '@dialplane/routing';

/** What became of a question, whoever answered it. */
export type Answer = RoutedAnswer | RejectedAnswer;

export interface RoutedAnswer {
  readonly kind: 'routed';
  readonly source: 'database' | 'environment';
  readonly tenantId: string;
  /** The number that the call goes out from, E.164. */
  readonly e164: string;
  /** Best first. */
  readonly targets: readonly AnsweredTarget[];
}

export type AnsweredTarget = Omit<Target, 'livekitConfigId' | 'sipHeaders'> & {
  /** Empty when the credentials come from the environment. */
  readonly livekitConfigId: string;
  readonly sipHeaders: SipHeaders;
};

export interface RejectedAnswer {
  readonly kind: 'rejected';
  /** A RejectionReason, or `invalid_request`. */
  readonly reason: string;
  readonly message: string;
  readonly hint: string;
  /** Empty when it is not known. */
  readonly tenantId: string;
}

/** The step that decided: the first that refuses, else the last. */
export interface DecidingStep {
  readonly step: string;
  readonly lookedAt: string;
  readonly concluded: string;
}

export interface Answered {
  readonly answer: Answer;
  readonly decidedBy: DecidingStep | undefined;
  readonly snapshotVersion: string;
}
