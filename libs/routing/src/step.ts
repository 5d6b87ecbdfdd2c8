import type { RejectionReason } from './rejections.ts';

/** The answer of one step: what it found, or why the call goes no further. */
export type Step<T> = Found<T> | Refused;
export interface Found<T> {
  readonly found: T;
  readonly outcome: 'passed' | 'noted';
  readonly lookedAt: string;
  readonly concluded: string;
}
export interface Refused {
  readonly outcome: 'refused';
  readonly lookedAt: string;
  readonly concluded: string;
  readonly reason: RejectionReason;
  readonly hint: string;
}

export const passed = <T>(found: T, lookedAt: string, concluded: string): Found<T> => ({
  outcome: 'passed',
  found,
  lookedAt,
  concluded,
});
export const noted = <T>(found: T, lookedAt: string, concluded: string): Found<T> => ({
  outcome: 'noted',
  found,
  lookedAt,
  concluded,
});
export const refused = (reason: RejectionReason, lookedAt: string, concluded: string, hint: string): Refused => ({
  outcome: 'refused',
  reason,
  lookedAt,
  concluded,
  hint,
});
