import { classifyNumber } from '@dialplane/routing';
import type { NumberClass } from '@dialplane/routing';

import { classifyByLibrary } from './classify-by-library.ts';
import type { LibraryAnswer } from './classify-by-library.ts';
import { explainDifference } from './known-differences.ts';

export interface Comparison {
  readonly compared: number;
  readonly equal: number;
  /** How many numbers each known difference covers. */
  readonly known: ReadonlyMap<string, number>;
  /** The first hundred that none covers. */
  readonly unexplained: readonly Difference[];
}

interface Difference {
  readonly e164: string;
  readonly ours: NumberClass | undefined;
  readonly library: LibraryAnswer;
}

/** Holds a classification against the library's. Where the library rewrote a number, also on what it made of it. */
export function compareWithLibrary(
  numbers: Iterable<string>,
  classify: typeof classifyNumber = classifyNumber,
): Comparison {
  let compared = 0,
    equal = 0;
  const known = new Map<string, number>();
  const unexplained: Difference[] = [];
  const hold = (e164: string, library: LibraryAnswer): void => {
    compared++;
    const ours = classify(e164);
    if (ours !== undefined && isEqual(ours, library)) return void equal++;
    const difference = ours && explainDifference(e164, ours, library);
    if (difference !== undefined) known.set(difference.name, (known.get(difference.name) ?? 0) + 1);
    else if (unexplained.length < 100) unexplained.push({ e164, ours, library });
  };
  for (const e164 of numbers) {
    const library = classifyByLibrary(e164);
    hold(e164, library);
    if (library.rewritten && /^\+[1-9]\d{6,14}$/.test(library.e164))
      hold(library.e164, { ...library, rewritten: false });
  }
  return { compared, equal, known, unexplained };
}

function isEqual(ours: NumberClass, library: LibraryAnswer): boolean {
  return (
    !library.rewritten &&
    ours.kind === library.kind &&
    ours.country === library.country &&
    ours.countryCallingCode === (library.countryCallingCode ?? '')
  );
}
