import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

import type { CallRepository, HappenedEvent } from '@dialplane/calls';
import { createLogger } from '@dialplane/telemetry';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { createCallFeed } from '../src/call-feed.ts';

type EventsAfter = CallRepository['eventsAfter'];

const silent = createLogger({ service: 'test', level: 'silent' });
const CALLS = ['a', 'b', 'c'];
/** How long a watcher may take to get what it is due, in milliseconds. */
const PATIENCE_MS = 4_000;

/** The events of calls, as they are stored. */
function storedEvents() {
  const log = new Map<string, HappenedEvent[]>();
  return {
    write(callId: string): void {
      const events = log.get(callId) ?? [];
      const about = { attempt: 1, kind: 'ringing', reason: null, sipCode: null, evidence: 'test' } as const;
      const event = { ...about, callId, callState: 'in_progress', number: events.length + 1, at: new Date(0) } as const;
      log.set(callId, [...events, event]);
    },
    read: (seen: ReadonlyMap<string, number>): HappenedEvent[] =>
      [...seen].flatMap(([callId, after]) => (log.get(callId) ?? []).filter(({ number }) => number > after)),
    last: (callId: string): number => log.get(callId)?.length ?? 0,
  };
}

/** The numbers of the events that a watcher gets. */
function collect(watched: AsyncIterable<HappenedEvent>) {
  const numbers: number[] = [];
  const ended = (async () => {
    for await (const { number } of watched) numbers.push(number);
  })();
  return { numbers, ended };
}

async function until(isSo: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + PATIENCE_MS; !isSo() && Date.now() < giveUpAt;) await sleep(1);
}

const step = fc.record({
  what: fc.constantFrom('write', 'write', 'write', 'watch', 'watch', 'leave', 'fail'),
  call: fc.constantFrom(...CALLS),
  nudges: fc.boolean(),
  after: fc.nat(),
  turns: fc.nat(4),
});

/**
 * Writes, watchers that come and go, reads that take their time and reads that fail, in any order. A watcher that
 * stays has to get each event after the one it began with, once and in order; one that leaves, the first of them.
 */
function hold(read: (eventsAfter: EventsAfter, last: (callId: string) => number) => EventsAfter): Promise<void> {
  const interleavings = fc.asyncProperty(
    fc.array(step, { maxLength: 40 }),
    fc.array(fc.nat(4), { minLength: 1 }),
    async (steps, delays) => {
      const stored = storedEvents();
      let failing = 0;
      let reads = 0;
      const aWhile = async (): Promise<void> => {
        for (let turns = delays[reads++ % delays.length] ?? 0; turns > 0; turns--) await turn();
      };
      const eventsAfter: EventsAfter = async (seen) => {
        await aWhile();
        if (failing-- > 0) throw new Error('the database is away');
        const found = stored.read(seen);
        await aWhile();
        return found;
      };
      const feed = createCallFeed({ eventsAfter: read(eventsAfter, stored.last), pollMs: 1, logger: silent });
      const watchers: { call: string; from: number; leave: AbortController; got: ReturnType<typeof collect> }[] = [];
      for (const { what, call, nudges, after, turns } of steps) {
        if (what === 'write') {
          stored.write(call);
          if (nudges) feed.nudge(call);
        } else if (what === 'watch') {
          const leave = new AbortController();
          const from = after % (stored.last(call) + 1);
          watchers.push({ call, from, leave, got: collect(feed.watch(call, from, leave.signal)) });
        } else if (what === 'leave') watchers.find(({ leave }) => !leave.signal.aborted)?.leave.abort();
        else failing = 2;
        for (let passed = 0; passed < turns; passed++) await turn();
      }
      try {
        for (const { call, from, leave, got } of watchers) {
          const stayed = !leave.signal.aborted;
          if (stayed) await until(() => got.numbers.length >= stored.last(call) - from);
          // One that comes twice comes at once.
          await turn();
          leave.abort();
          await got.ended;
          const due = Array.from({ length: stored.last(call) - from }, (_, at) => from + at + 1);
          expect(got.numbers).toEqual(stayed ? due : due.slice(0, got.numbers.length));
        }
      } finally {
        for (const { leave } of watchers) leave.abort();
      }
    },
  );
  return fc.assert(interleavings, { numRuns: 100, endOnFailure: true });
}

describe('every event reaches every watcher once and in order', () => {
  test('whatever comes in between', () => hold((eventsAfter) => eventsAfter), 60_000);

  test('twin: a reader that starts after the number that is current loses one', async () => {
    const startingLate = (eventsAfter: EventsAfter, last: (callId: string) => number): EventsAfter => {
      const start = new Map<string, number>();
      return async (seen) => {
        for (const callId of seen.keys()) if (!start.has(callId)) start.set(callId, last(callId));
        return (await eventsAfter(seen)).filter(({ callId, number }) => number > (start.get(callId) ?? 0));
      };
    };
    await expect(hold(startingLate)).rejects.toThrow();
  }, 60_000);
});

/** A feed over stored events, and what was read. */
function feedOf({ pollMs = 5 } = {}) {
  const stored = storedEvents();
  const reads: ReadonlyMap<string, number>[] = [];
  const eventsAfter: EventsAfter = async (seen) => {
    reads.push(seen);
    return stored.read(seen);
  };
  return { stored, reads, feed: createCallFeed({ eventsAfter, pollMs, logger: silent }) };
}

test('nothing is read while nobody watches', async () => {
  const { feed, reads, stored } = feedOf();
  stored.write('a');
  feed.nudge('a');
  await sleep(30);
  expect(reads).toHaveLength(0);
  const leave = new AbortController();
  const got = collect(feed.watch('a', 0, leave.signal));
  await until(() => got.numbers.length === 1);
  leave.abort();
  await got.ended;
  const before = reads.length;
  await sleep(30);
  expect(reads).toHaveLength(before);
  expect(before).toBeGreaterThan(0);
});

test('many watchers of many calls are one read', async () => {
  const { feed, reads } = feedOf();
  const leave = new AbortController();
  const all = Array.from({ length: 100 }, (_, at) => collect(feed.watch(`call-${at % 10}`, 0, leave.signal)));
  await sleep(30);
  leave.abort();
  await Promise.all(all.map(({ ended }) => ended));
  expect(reads.at(-1)?.size).toBe(10);
  expect(reads.length).toBeLessThan(30);
});

test('what was written here is read at once', async () => {
  const { feed, stored } = feedOf({ pollMs: 60_000 });
  const leave = new AbortController();
  const got = collect(feed.watch('a', 0, leave.signal));
  await sleep(20);
  stored.write('a');
  feed.nudge('a');
  await until(() => got.numbers.length === 1);
  leave.abort();
  await got.ended;
  expect(got.numbers).toEqual([1]);
});

test('what the patient watcher wrote is read at once for others, and for itself with the next poll', async () => {
  const { feed, reads, stored } = feedOf({ pollMs: 60_000 });
  const leave = new AbortController();
  const owner = collect(feed.watch('a', 0, leave.signal, 'patient'));
  stored.write('a');
  feed.wrote('a');
  await sleep(30);
  expect(reads).toHaveLength(0);
  const other = collect(feed.watch('a', 0, leave.signal));
  await until(() => other.numbers.length === 1);
  stored.write('a');
  feed.wrote('a');
  await until(() => other.numbers.length === 2);
  leave.abort();
  await Promise.all([owner.ended, other.ended]);
});

test('what somebody else wrote is read at once for a patient watcher, too', async () => {
  const { feed, stored } = feedOf({ pollMs: 60_000 });
  const leave = new AbortController();
  const owner = collect(feed.watch('a', 0, leave.signal, 'patient'));
  await sleep(20);
  stored.write('a');
  feed.nudge('a');
  await until(() => owner.numbers.length === 1);
  leave.abort();
  await owner.ended;
});

test('what nobody tells of reaches a patient watcher with the next poll', async () => {
  const { feed, stored } = feedOf({ pollMs: 20 });
  const leave = new AbortController();
  const owner = collect(feed.watch('a', 0, leave.signal, 'patient'));
  stored.write('a');
  await until(() => owner.numbers.length === 1);
  leave.abort();
  await owner.ended;
});

test('for a watcher that takes nothing, nothing is read', async () => {
  const { feed, reads, stored } = feedOf();
  stored.write('a');
  stored.write('a');
  const leave = new AbortController();
  const watched = feed.watch('a', 0, leave.signal)[Symbol.asyncIterator]();
  await watched.next();
  const before = reads.length;
  await sleep(30);
  expect(reads).toHaveLength(before);
  expect((await watched.next()).value).toMatchObject({ number: 2 });
  leave.abort();
  expect(await watched.next()).toEqual({ done: true, value: undefined });
});

test('while the database is away it is asked less and less, and afterwards nothing is lost', async () => {
  const stored = storedEvents();
  let isAway = true;
  let asked = 0;
  const lines: string[] = [];
  const logger = createLogger({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } });
  const eventsAfter: EventsAfter = async (seen) => {
    asked++;
    if (isAway) throw new Error('the database is away');
    return stored.read(seen);
  };
  const feed = createCallFeed({ eventsAfter, pollMs: 5, logger });
  const leave = new AbortController();
  const got = collect(feed.watch('a', 0, leave.signal));
  stored.write('a');
  await sleep(200);
  expect(asked).toBeLessThan(8);
  isAway = false;
  await until(() => got.numbers.length === 1);
  leave.abort();
  await got.ended;
  expect(got.numbers).toEqual([1]);
  expect(lines).toHaveLength(2);
});
