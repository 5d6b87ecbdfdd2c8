/** How often rooms are looked into for agents that have not come yet. */
export interface AgentLooks {
  /** One call more waits for its agent on this deployment. */
  begin(origin: string): AgentWait;
}

export interface AgentWait {
  /** The pause before the next look, when the agent has been waited for so long; all in milliseconds. */
  pauseMs(waitedMs: number): number;
  /** It waits no longer. */
  end(): void;
}

/** The calls of a process that wait for agents on one deployment together look about so often, up to LONGEST. */
const LOOKS_PER_SECOND = 100;
/** The longest pauses, as multiples of the shortest: of a call by itself, and of one among many. */
const LONGEST_ALONE = 8;
const LONGEST = 16;

/**
 * The shortest pause at first, then a third of the time waited; longer where many calls wait, so that a burst of
 * calls is no burst of looks at the deployment that has to start their agents.
 */
export function createAgentLooks(shortestMs: number): AgentLooks {
  const waiting = new Map<string, number>();
  const count = (origin: string, change: number): void => {
    const calls = (waiting.get(origin) ?? 0) + change;
    if (calls === 0) waiting.delete(origin);
    else waiting.set(origin, calls);
  };
  return {
    begin(origin) {
      count(origin, 1);
      return {
        pauseMs(waitedMs) {
          const alone = Math.min(waitedMs / 3, shortestMs * LONGEST_ALONE);
          const amongMany = ((waiting.get(origin) ?? 0) / LOOKS_PER_SECOND) * 1_000;
          return Math.max(shortestMs, alone, Math.min(amongMany, shortestMs * LONGEST));
        },
        end: () => count(origin, -1),
      };
    },
  };
}
