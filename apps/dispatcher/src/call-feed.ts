import type { CallRepository, HappenedEvent } from '@dialplane/calls';
import type { Logger } from '@dialplane/telemetry';

/** The pause between two reads while somebody watches, in milliseconds. */
const POLL_MS = 250;
/** The longest pause while the database is away, in milliseconds; it doubles up to there. */
const LONGEST_PAUSE_MS = 5_000;

export interface CallFeedParts {
  readonly eventsAfter: CallRepository['eventsAfter'];
  readonly pollMs?: number;
  readonly logger: Logger;
}

/** What happens to calls, as it is written by whichever process. */
export interface CallFeed {
  /**
   * The call's events after the given one, each once and in order, and then those to come. Ends when the signal is
   * aborted, and never fails: while the database is away, nothing comes.
   * `patient`: who writes most of them itself, and is told of the others with the next read.
   */
  watch(callId: string, afterEvent: number, signal: AbortSignal, patient?: 'patient'): AsyncIterable<HappenedEvent>;
  /** Something was written about the call: whoever watches it is told at once instead of at the next read. */
  nudge(callId: string): void;
  /** The same of what its patient watcher has written: there is nothing to read for it. */
  wrote(callId: string): void;
}

interface Watcher {
  /** The number of the last event that it was given. */
  seen: number;
  readonly isPatient: boolean;
  readonly given: HappenedEvent[];
  /** Goes on with what was given, or with the end. */
  wake: () => void;
}

/** One reader for everybody in this process, who together cost one statement a poll; idle while nobody watches. */
export function createCallFeed({ eventsAfter, pollMs = POLL_MS, logger }: CallFeedParts): CallFeed {
  const watchers = new Map<string, Set<Watcher>>();
  /** Calls to read without waiting for the next poll. */
  const hurried = new Set<string>();
  let isReading = false;
  let hurry = (): void => undefined;

  const read = async (callIds: Iterable<string>): Promise<void> => {
    const seen = new Map<string, number>();
    for (const callId of callIds) {
      // Who has not taken what it was given gets no more of it yet.
      const hungry = [...(watchers.get(callId) ?? [])].filter(({ given }) => given.length === 0);
      if (hungry.length > 0) seen.set(callId, Math.min(...hungry.map((watcher) => watcher.seen)));
    }
    if (seen.size === 0) return;
    for (const event of await eventsAfter(seen)) {
      for (const watcher of watchers.get(event.callId) ?? []) {
        // One that came during the read may have seen less than the read began with: it waits for the next.
        if (event.number !== watcher.seen + 1) continue;
        watcher.seen = event.number;
        watcher.given.push(event);
        watcher.wake();
      }
    }
  };

  const readWhileWatched = async (): Promise<void> => {
    let failures = 0;
    let nextPoll = performance.now() + pollMs;
    while (watchers.size > 0) {
      const isPoll = performance.now() >= nextPoll;
      const due = isPoll ? [...watchers.keys()] : [...hurried];
      if (isPoll) nextPoll = performance.now() + pollMs;
      hurried.clear();
      try {
        await read(due);
        if (failures > 0) logger.info({ failures }, 'the events of calls can be read again');
        failures = 0;
      } catch (error) {
        if (failures === 0) logger.warn({ err: error }, 'the events of calls cannot be read for now');
        failures++;
        await sleep(Math.min(pollMs * 2 ** Math.min(failures, 10), LONGEST_PAUSE_MS));
        nextPoll = 0;
        continue;
      }
      if (hurried.size === 0 && watchers.size > 0) {
        const pause = Math.max(0, nextPoll - performance.now());
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pause);
          hurry = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
    isReading = false;
  };

  const keepReading = (): void => {
    if (isReading || watchers.size === 0) return;
    isReading = true;
    void readWhileWatched();
  };
  const nudge = (callId: string): void => {
    if (!watchers.has(callId)) return;
    hurried.add(callId);
    hurry();
    keepReading();
  };

  const add = (callId: string, watcher: Watcher): void => {
    watchers.set(callId, (watchers.get(callId) ?? new Set()).add(watcher));
  };
  const remove = (callId: string, watcher: Watcher): void => {
    const others = watchers.get(callId);
    others?.delete(watcher);
    if (others?.size === 0) watchers.delete(callId);
    if (watchers.size === 0) hurry();
  };

  return {
    async *watch(callId, afterEvent, signal, patient) {
      const isPatient = patient !== undefined;
      const watcher: Watcher = { seen: afterEvent, isPatient, given: [], wake: () => undefined };
      const leave = (): void => {
        remove(callId, watcher);
        watcher.wake();
      };
      signal.addEventListener('abort', leave, { once: true });
      if (!signal.aborted) add(callId, watcher);
      try {
        for (let isFirst = true; !signal.aborted; isFirst = false) {
          const event = watcher.given.shift();
          if (event !== undefined) {
            yield event;
            continue;
          }
          const given = new Promise<void>((resolve) => (watcher.wake = resolve));
          if (isFirst && !isPatient) nudge(callId);
          keepReading();
          await given;
        }
      } finally {
        signal.removeEventListener('abort', leave);
        remove(callId, watcher);
      }
    },
    nudge,
    wrote(callId) {
      const others = [...(watchers.get(callId) ?? [])].some(({ isPatient }) => !isPatient);
      if (others) nudge(callId);
    },
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
