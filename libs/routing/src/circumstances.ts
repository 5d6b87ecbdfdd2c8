import type { TraceStep } from './decision.ts';
import type { EnvironmentFallback } from './routing-view.ts';

/** What a decision depends on besides the configuration and the request. */
export interface Circumstances {
  /** The moment of the decision, in milliseconds since 1970. */
  readonly now: number;
  /** Undefined unless an operator switched it on. */
  readonly environmentFallback: EnvironmentFallback | undefined;
  /**
   * Is filled with every step, in order. A call that is refused is then looked at further, as far as that is
   * possible: the first refusal is the decision, the later ones say what would refuse the call next.
   */
  readonly trace?: TraceStep[] | undefined;
}
