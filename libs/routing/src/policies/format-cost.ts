const NANO = 1_000_000_000;

/** Billionths as a decimal text, exactly: 12000000 is `0.012`. */
export function formatCost(nano: number): string {
  const rest = nano % NANO;
  const whole = String((nano - rest) / NANO);
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
}
