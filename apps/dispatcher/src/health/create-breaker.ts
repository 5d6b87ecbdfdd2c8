import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhen } from 'cockatiel';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface Breaker {
  state(): BreakerState;
  /** How often it has opened. */
  openings(): number;
  /** Notes how something went: well, or with this error. An error that does not count changes nothing. */
  report(outcome: { readonly error?: Error }): void;
  stop(): void;
}

export interface BreakerOptions {
  readonly counts: (error: unknown) => boolean;
  /** How many failures in a row open it. */
  readonly failuresToOpen: number;
  /** How long it stays open before it is tried, in milliseconds. */
  readonly halfOpenAfterMs: number;
  /**
   * Asked when that time is over, again and again until the breaker closes. What it rejects with that does not count
   * closes it, too. Undefined: the next report decides.
   */
  readonly probe: (() => Promise<void>) | undefined;
  readonly onChange: (state: BreakerState) => void;
}

/** A breaker that is told of outcomes, and carries nothing out itself but its probe. */
export function createBreaker(options: BreakerOptions): Breaker {
  const { counts, failuresToOpen, halfOpenAfterMs, probe, onChange } = options;
  const policy = circuitBreaker(handleWhen(counts), {
    halfOpenAfter: halfOpenAfterMs,
    breaker: new ConsecutiveBreaker(failuresToOpen),
  });
  let openings = 0;
  let openedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let reports = Promise.resolve();

  const tryLater = (ask: () => Promise<void>): void => {
    if (isStopped) return;
    // One more millisecond: a timer may be early.
    timer = setTimeout(() => void policy.execute(ask).catch(ignore), halfOpenAfterMs + 1);
    timer.unref();
  };
  policy.onBreak(() => {
    openings += 1;
    openedAt = Date.now();
    if (probe !== undefined) tryLater(probe);
    onChange('open');
  });
  policy.onReset(() => onChange('closed'));

  return {
    state() {
      if (policy.state === CircuitState.Closed) return 'closed';
      const isDue = probe === undefined && Date.now() - openedAt >= halfOpenAfterMs;
      return policy.state === CircuitState.HalfOpen || isDue ? 'half_open' : 'open';
    },
    openings: () => openings,
    report({ error }) {
      // In the order in which they came: successes and failures take their own time in there.
      reports = reports.then(async () => {
        // While it is open what comes in was begun before, and only the probe decides.
        if (probe !== undefined && policy.state !== CircuitState.Closed) return;
        const outcome = () => {
          if (error !== undefined) throw error;
        };
        await policy.execute(outcome).catch(ignore);
      });
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** It was noted. */
function ignore(): void {}
