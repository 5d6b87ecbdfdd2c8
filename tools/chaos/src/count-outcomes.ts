/** How many calls came to one end. */
export interface OutcomeCount {
  /** The state, and the reason if there is one. */
  readonly outcome: string;
  readonly calls: number;
}

/** How many calls there are, by state and reason, most first. */
export function countOutcomes(
  calls: readonly { readonly state: string; readonly reason: string | null }[],
): readonly OutcomeCount[] {
  const ends = Map.groupBy(calls, ({ state, reason }) => (reason === null ? state : `${state}, ${reason}`));
  return [...ends].map(([outcome, { length }]) => ({ outcome, calls: length })).sort((a, b) => b.calls - a.calls);
}
