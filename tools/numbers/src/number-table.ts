import type { NumberKind } from '@dialplane/routing/numbers/number-kind';

export interface TableClass {
  readonly callingCode: string;
  readonly country: string | undefined;
  readonly kind: NumberKind;
}

/** What a number is, once its digits are read up to here; and where each further digit leads. */
export interface TableNode {
  /** Place in `classes`. */
  readonly classAt: number;
  /** Ten places in `nodes`. */
  readonly next: readonly number[];
}

/** A smallest automaton that reads the digits of an E.164 number; it begins at node 0. */
export interface NumberTable {
  readonly classes: readonly TableClass[];
  readonly nodes: readonly TableNode[];
}
