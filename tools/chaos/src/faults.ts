import { setTimeout as sleep } from 'node:timers/promises';

import type { Killable } from './parts/killable.ts';
import type { KillablePostgres } from './parts/start-killable-postgres.ts';
import type { TcpProxy } from './parts/start-tcp-proxy.ts';
import type { Random } from './random.ts';

/** What is broken in a run. */
export interface Breakable {
  readonly dispatchers: readonly Killable[];
  readonly liveKitNodes: readonly Killable[];
  readonly postgres: KillablePostgres;
  /** What connections go through, by whose they are. */
  readonly proxies: Readonly<Record<string, TcpProxy>>;
  /** How long a process sleeps: longer than a lease lasts, so that others have taken its calls over when it wakes. */
  readonly freezeMs: readonly [from: number, to: number];
}

export const FAULTS = ['kill', 'freeze', 'postgres', 'livekit', 'cut', 'restart'] as const;
export type Fault = (typeof FAULTS)[number];

/** How often each comes for one kill -9 of a dispatcher. */
const PER_KILL: Readonly<Record<Fault, number>> = {
  kill: 1,
  freeze: 0.2,
  postgres: 0.15,
  livekit: 0.15,
  cut: 0.6,
  restart: 0.1,
};

const DOWN_MS = [100, 2_500] as const;
/** What a process lives for at the least: one that is killed while it starts shows little. */
const LIFE_MS = [500, 8_000] as const;
const HELD_MS = [300, 8_000] as const;

/** The faults of a run in the order in which they come: as many as named, of the others as many as go with the kills. */
export function planFaults(
  wanted: Partial<Record<Fault, number>> & { readonly kill: number },
  random: Random,
): Fault[] {
  const plan = FAULTS.flatMap((fault) =>
    Array<Fault>(wanted[fault] ?? Math.ceil(wanted.kill * PER_KILL[fault])).fill(fault),
  );
  for (let i = plan.length - 1; i > 0; i--) {
    const j = random.between(0, i);
    [plan[i], plan[j]] = [plan[j] as Fault, plan[i] as Fault];
  }
  // A freeze takes longest: the first one begins at once.
  const firstFreeze = plan.indexOf('freeze');
  if (firstFreeze > 0) plan.unshift(...plan.splice(firstFreeze, 1));
  return plan;
}

/** Breaks one thing, waits, and mends it again. Says in a few words what it was. */
export type BreakOne = (fault: Fault) => Promise<string>;

/** Of two faults to the same process the second waits until the first is mended. */
export function createFaults(parts: Breakable, random: Random): BreakOne {
  const { dispatchers, liveKitNodes, postgres, proxies } = parts;
  const busy = new Map<unknown, Promise<unknown>>();
  const alone = <T>(what: unknown, work: () => Promise<T>): Promise<T> => {
    const done = (busy.get(what) ?? Promise.resolve()).then(work);
    busy.set(
      what,
      done.catch(() => {}),
    );
    return done;
  };
  const pause = ([from, to]: readonly [number, number]): Promise<void> => sleep(random.between(from, to));
  /** The first that nothing is being done to, so that a long freeze holds nothing up. */
  const free = (from: readonly Killable[]): Killable => random.pick(from.some(isFree) ? from.filter(isFree) : from);
  const isFree = (what: Killable): boolean => !underWay.has(what);
  const underWay = new Set<unknown>();
  let freezes = 0;
  const marked = async <T>(what: Killable, work: () => Promise<T>): Promise<T> => {
    underWay.add(what);
    try {
      return await alone(what, work);
    } finally {
      underWay.delete(what);
    }
  };

  const down = (what: Killable, end: (it: Killable) => Promise<void>, said: string): Promise<string> =>
    marked(what, async () => {
      const life = random.between(...LIFE_MS);
      await sleep(Math.max(0, life - what.upFor()));
      await end(what);
      await pause(DOWN_MS);
      await what.start();
      return `${said} ${what.name}`;
    });

  return (fault) => {
    switch (fault) {
      case 'kill':
        return down(free(dispatchers), (it) => it.kill(), 'kill -9');
      case 'restart':
        return down(free(dispatchers), (it) => it.stop(), 'restart of');
      case 'livekit':
        return down(free(liveKitNodes), (it) => it.kill(), 'kill -9');
      case 'freeze':
        // One at a time: somebody has to be awake to take its calls over.
        return alone('freeze', () => {
          const next = dispatchers[freezes++ % dispatchers.length];
          const frozen = next !== undefined && isFree(next) ? next : free(dispatchers);
          return marked(frozen, async () => {
            frozen.freeze();
            await pause(parts.freezeMs);
            frozen.thaw();
            return `SIGSTOP and SIGCONT of ${frozen.name}`;
          });
        });
      case 'postgres':
        return alone(postgres, async () => {
          const crashes = random.chance(0.5);
          await (crashes ? postgres.crash() : postgres.shutDown());
          await pause(DOWN_MS);
          await postgres.start();
          return crashes ? 'kill -9 of PostgreSQL' : 'restart of PostgreSQL';
        });
      case 'cut': {
        const name = random.pick(Object.keys(proxies));
        const proxy = proxies[name];
        if (proxy === undefined) throw new Error(`There is no ${name}.`);
        return alone(proxy, async () => {
          const how = random.pick(['cut', 'hold', 'refuse'] as const);
          proxy[how]();
          if (how !== 'cut') await pause(HELD_MS);
          proxy.mend();
          return `${how} of ${name}`;
        });
      }
    }
  };
}
