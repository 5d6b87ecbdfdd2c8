/** How often rooms are looked into for an agent that has not come yet. */
export interface AgentLooks {
  /** One call more waits for its agent, until what is given back is called. */
  begin(): () => void;
  /** The pause before the next look for an agent that has been waited for so long, all in milliseconds. */
  pauseMs(waitedMs: number): number;
}

/** All calls of a process that wait for their agents look together about so often. */
const LOOKS_PER_SECOND = 100;
/** The longest pause is so many times the shortest. */
const SELDOM = 8;

/**
 * The shortest pause at first, then a third of the time waited; longer where many calls wait, so that a burst of
 * calls is no burst of looks at the deployments that have to start their agents.
 */
export function createAgentLooks(shortestMs: number): AgentLooks {
  let waiting = 0;
  return {
    begin() {
      waiting++;
      return () => void waiting--;
    },
    pauseMs(waitedMs) {
      const wanted = Math.max(shortestMs, waitedMs / 3, (waiting / LOOKS_PER_SECOND) * 1_000);
      return Math.min(wanted, shortestMs * SELDOM);
    },
  };
}
