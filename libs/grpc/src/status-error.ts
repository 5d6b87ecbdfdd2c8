import type { CallReason, ErrorReason, Rejection, RejectionReason } from '@dialplane/contracts';
import type { status } from '@grpc/grpc-js';

/** Who has to act for the next call to go better: the words of `Fault` in rejection.proto, in lower case. */
export type Fault = 'caller' | 'tenant_configuration' | 'deployment' | 'agent' | 'carrier' | 'callee' | 'dialplane';

/** The name of a gRPC status, for example `INVALID_ARGUMENT`. */
export type StatusCode = Exclude<keyof typeof status, 'OK'>;

type Key<Enum> = Exclude<keyof Enum, 'UNSPECIFIED' | 'UNRECOGNIZED'>;

/** What the contract lists as reasons of errors. */
export type Reason = Key<typeof ErrorReason> | Key<typeof RejectionReason> | Key<typeof CallReason>;

/** One wrong field of a request. */
export interface Violation {
  /** The field's name in the proto, for example `from_number`. */
  readonly field: string;
  /** What is wrong with it and what would be right. */
  readonly description: string;
}

export interface StatusErrorInit {
  readonly code: StatusCode;
  /** `UNSPECIFIED` only where a server of a later version said something that this one does not know. */
  readonly reason: Reason | 'UNSPECIFIED';
  /** One public sentence; its wording may change. */
  readonly message: string;
  readonly fault: Fault;
  /** Whether the same request, sent again later, may succeed. */
  readonly retryable: boolean;
  /** What to do about it. */
  readonly hint: string;
  readonly violations?: readonly Violation[] | undefined;
  readonly rejection?: Rejection | undefined;
  /** Further public facts by name in lower_snake_case, for example `call_log_id`. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Whether the log tells of it by other lines: one that meets every call would fill it. */
  readonly isTold?: boolean | undefined;
  /** Kept for the log, never sent. */
  readonly cause?: unknown;
}

/** The one way a handler refuses: all of it but `cause` and the stack goes to the caller. */
export class StatusError extends Error {
  readonly code: StatusCode;
  readonly reason: Reason | 'UNSPECIFIED';
  readonly fault: Fault;
  readonly retryable: boolean;
  readonly hint: string;
  readonly violations: readonly Violation[] | undefined;
  readonly rejection: Rejection | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly isTold: boolean;

  constructor(init: StatusErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'StatusError';
    this.code = init.code;
    this.reason = init.reason;
    this.fault = init.fault;
    this.retryable = init.retryable;
    this.hint = init.hint;
    this.violations = init.violations;
    this.rejection = init.rejection;
    this.metadata = init.metadata ?? {};
    this.isTold = init.isTold ?? false;
  }
}
