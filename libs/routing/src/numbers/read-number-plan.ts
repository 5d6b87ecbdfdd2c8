import type { NumberClass } from './number-class.ts';
import { NUMBER_KINDS } from './number-kind.ts';
import type { NumberKind } from './number-kind.ts';

/** The form in which `src/gen/number-plan.ts` holds the plans of all countries. */
export interface PackedNumberPlan {
  /** Groups `callingCode:country:kinds`, joined by `;`; each letter of `kinds` is a place in NUMBER_KINDS from `a` on. */
  readonly classes: string;
  /** The nodes, depth first: see `readNumberPlan`. */
  readonly nodes: string;
  /** Groups `country:code,code`, joined by `;`. */
  readonly emergencyCodes: string;
}

export interface NumberPlan {
  readonly classes: readonly NumberClass[];
  /** Ten entries a node: the node after each digit. Node 0 is the start. */
  readonly next: Uint16Array;
  /** The class of a number that ends at a node, as a place in `classes`. */
  readonly classAt: Uint16Array;
  readonly emergencyCodes: ReadonlyMap<string, readonly string[]>;
}

export const SIX_BITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CLASS_FOLLOWS = 1 << 9;

/**
 * Unpacks the plans. A node is written as two characters of six bits, high first: bit 9 says that its class
 * follows in two more (else it is its parent's), and bit n of the other nine that digit n + 1 leads elsewhere than
 * digit n. Then comes one reference for each run of digits, as groups of five bits, low first, the sixth saying
 * that more follow: 0 is a new node, which follows at once; n is the node before the last n - 1 that were written.
 */
export function readNumberPlan({ classes, nodes, emergencyCodes }: PackedNumberPlan): NumberPlan {
  const bits = new Uint8Array(128);
  for (let value = 0; value < 64; value++) bits[SIX_BITS.charCodeAt(value)] = value;
  let at = 0;
  const six = (): number => bits[nodes.charCodeAt(at++)] ?? 0;
  const reference = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 5) {
      const group = six();
      value |= (group & 31) << shift;
      if (group < 32) return value;
    }
  };

  const next: number[] = [];
  const classAt: number[] = [];
  const node = (parentClass: number): number => {
    const place = classAt.length;
    const head = (six() << 6) | six();
    const ownClass = head & CLASS_FOLLOWS ? (six() << 6) | six() : parentClass;
    classAt.push(ownClass);
    for (let digit = 0; digit < 10; digit++) next.push(place);
    for (let digit = 0, target = place; digit < 10; digit++) {
      if (digit === 0 || (head >> (digit - 1)) & 1) {
        const back = reference();
        target = back === 0 ? node(ownClass) : classAt.length - back;
      }
      next[place * 10 + digit] = target;
    }
    return place;
  };
  node(0);
  return {
    classes: readClasses(classes),
    next: Uint16Array.from(next),
    classAt: Uint16Array.from(classAt),
    emergencyCodes: readEmergencyCodes(emergencyCodes),
  };
}

function readClasses(text: string): NumberClass[] {
  return text.split(';').flatMap((group) => {
    const [countryCallingCode = '', country = '', kinds = ''] = group.split(':');
    return [...kinds].map((letter) => {
      const kind: NumberKind = NUMBER_KINDS[letter.charCodeAt(0) - 97] ?? 'unknown';
      return Object.freeze({ countryCallingCode, country: country === '' ? undefined : country, kind });
    });
  });
}

function readEmergencyCodes(text: string): Map<string, readonly string[]> {
  return new Map(
    text.split(';').map((group) => {
      const [country = '', codes = ''] = group.split(':');
      return [country, codes.split(',')];
    }),
  );
}
