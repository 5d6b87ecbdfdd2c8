/** 1: refused, failed or in doubt, or a check found something. 2: usage. 3: something needed is out of reach. */
export type FailureCode = 1 | 2 | 3;

/** The one way in which a command gives up. The message says what is wrong, the hint what to do about it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly exitCode: FailureCode;
  /** A stable code in snake_case. */
  readonly reason: string;
  readonly hint: string;
  /** More for `--json`, beside reason, message and hint. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    exitCode: FailureCode,
    reason: string,
    message: string,
    hint: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.exitCode = exitCode;
    this.reason = reason;
    this.hint = hint;
    this.details = details;
  }
}

export function refused(
  reason: string,
  message: string,
  hint: string,
  details?: Readonly<Record<string, unknown>>,
): Refusal {
  return new Refusal(1, reason, message, hint, details);
}

export function badUsage(message: string, hint: string): Refusal {
  return new Refusal(2, 'usage', message, hint);
}

export function outOfReach(reason: string, message: string, hint: string): Refusal {
  return new Refusal(3, reason, message, hint);
}
