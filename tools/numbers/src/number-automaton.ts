import type { DigitPattern } from './parse-digit-pattern.ts';

/** A nondeterministic automaton over digits; every state that ends a pattern carries that pattern's tag. */
export interface NumberAutomaton {
  readonly start: readonly number[];
  /** The states after one more digit, sorted. */
  step(states: readonly number[], digit: number): readonly number[];
  /** The tags of the patterns that match entirely here. */
  tags(states: readonly number[]): readonly number[];
}

interface State {
  readonly free: number[];
  digits: number;
  next: number;
  tag: number;
}

/** Joins patterns into one automaton; a pattern's tag is its place in the list. */
export function numberAutomaton(patterns: readonly DigitPattern[]): NumberAutomaton {
  const states: State[] = [];
  const add = (): number => states.push({ free: [], digits: 0, next: -1, tag: -1 }) - 1;
  const at = (index: number): State => {
    const state = states[index];
    if (state === undefined) throw new Error(`No state ${index}`);
    return state;
  };

  /** Adds a pattern after `from` and answers the state in which it ends. */
  const append = (pattern: DigitPattern, from: number): number => {
    switch (pattern.kind) {
      case 'digit': {
        const here = add();
        const end = add();
        at(from).free.push(here);
        at(here).digits = pattern.digits;
        at(here).next = end;
        return end;
      }
      case 'sequence':
        return pattern.parts.reduce((end, part) => append(part, end), from);
      case 'choice': {
        const end = add();
        for (const option of pattern.options) at(append(option, from)).free.push(end);
        return end;
      }
      case 'repeat': {
        const end = add();
        let last = from;
        for (let times = 0; times < pattern.max; times++) {
          if (times >= pattern.min) at(last).free.push(end);
          last = append(pattern.part, last);
        }
        at(last).free.push(end);
        return end;
      }
    }
  };

  const root = add();
  patterns.forEach((pattern, tag) => {
    // A state of its own, so that no two patterns end in the same one.
    const end = add();
    at(append(pattern, root)).free.push(end);
    at(end).tag = tag;
  });

  // What can be reached without a digit, kept to the states that matter: those that read one or end a pattern.
  const closures = states.map((_, index) => {
    const seen = new Set<number>();
    const visit = (state: number): void => {
      if (seen.has(state)) return;
      seen.add(state);
      at(state).free.forEach(visit);
    };
    visit(index);
    return [...seen].filter((state) => at(state).next >= 0 || at(state).tag >= 0);
  });
  const closure = (index: number): readonly number[] => closures[index] ?? [];

  return {
    start: [...closure(root)].sort((a, b) => a - b),
    step(from, digit) {
      const reached = new Set<number>();
      for (const index of from) {
        const state = at(index);
        if ((state.digits >> digit) & 1) for (const next of closure(state.next)) reached.add(next);
      }
      return [...reached].sort((a, b) => a - b);
    },
    tags: (here) => here.map((index) => at(index).tag).filter((tag) => tag >= 0),
  };
}
