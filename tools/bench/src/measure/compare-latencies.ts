import type { Pair } from './compare-rates.ts';
import type { PutLoad, Subject } from './subject.ts';

/** Puts the same fixed rate on two subjects in turn. */
export async function compareLatencies(
  putLoad: PutLoad,
  main: Subject,
  other: Subject,
  how: { readonly pairs: number; readonly seconds: number; readonly warmUpSeconds: number; readonly rate: number },
  onProgress: (line: string) => void,
): Promise<readonly Pair[]> {
  const { seconds, warmUpSeconds, rate } = how;
  const pairs: Pair[] = [];
  for (let pair = 0; pair < how.pairs; pair++) {
    const mainFirst = pair % 2 === 0;
    const first = await putLoad(mainFirst ? main : other, { seconds, warmUpSeconds, rate });
    const second = await putLoad(mainFirst ? other : main, { seconds, warmUpSeconds, rate });
    const [ofMain, ofOther] = mainFirst ? [first, second] : [second, first];
    onProgress(
      `  p99 at ${Math.round(rate)} requests/s: ${main.name} ${ofMain.p99Ms.toFixed(2)} ms, ${other.name} ${ofOther.p99Ms.toFixed(2)} ms`,
    );
    pairs.push({ main: ofMain, other: ofOther });
  }
  return pairs;
}
