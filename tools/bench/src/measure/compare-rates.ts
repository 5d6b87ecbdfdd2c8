import type { LoadResult } from './run-load.ts';
import type { PutLoad, Subject } from './subject.ts';

/** The main subject and another one, measured one right after the other. */
export interface Pair {
  readonly main: LoadResult;
  readonly other: LoadResult;
}

/** By the other subject's name. */
export type Pairs = ReadonlyMap<string, readonly Pair[]>;

/**
 * Puts the same load on all subjects in turn, again and again. Every other one is measured right before or right
 * after the main one, so that what the machine does besides hits both; each round goes the other way round.
 */
export async function compareRates(
  putLoad: PutLoad,
  main: Subject,
  others: readonly Subject[],
  { rounds, seconds, warmUpSeconds }: { rounds: number; seconds: number; warmUpSeconds: number },
  onProgress: (line: string) => void,
): Promise<Pairs> {
  const pairs = new Map<string, Pair[]>(others.map(({ name }) => [name, []]));
  const measure = async (subject: Subject): Promise<LoadResult> => {
    const result = await putLoad(subject, { seconds, warmUpSeconds });
    onProgress(`  ${subject.name}: ${Math.round(result.requestsPerSecond)} requests/s`);
    return result;
  };
  for (let round = 0; round < rounds; round++) {
    onProgress(`Round ${round + 1} of ${rounds}`);
    const order = round % 2 === 0 ? others : others.toReversed();
    for (let at = 0; at < order.length; at += 2) {
      const [before, after] = order.slice(at, at + 2);
      const first = before && (await measure(before));
      const middle = await measure(main);
      const last = after && (await measure(after));
      if (before && first) pairs.get(before.name)?.push({ main: middle, other: first });
      if (after && last) pairs.get(after.name)?.push({ main: middle, other: last });
    }
  }
  return pairs;
}
