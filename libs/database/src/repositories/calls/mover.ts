/** Who moves: whoever carries the call out, by the fence, or the permit's holder. */
export type Mover = { readonly fence: number } | { readonly holder: string };

export interface MovedAttempt {
  readonly tenantId: string;
  readonly callId: string;
  readonly number: number;
}

/** For SQL: that this mover may write on the call `c`; `$5` is the attempt, `$6` the value that is given back. */
export function moverCondition(mover: Mover): [sql: string, value: number | string] {
  return 'fence' in mover
    ? ['c.fence = $6', mover.fence]
    : ['c.permit_attempt = $5 AND c.permit_holder = $6', mover.holder];
}
