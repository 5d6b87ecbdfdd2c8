import { isAlias, isMap, isScalar, isSeq, Scalar } from 'yaml';
import type { Node } from 'yaml';

import { visible } from '../text.ts';

/** What cannot be used, and where it begins. */
export interface NodeProblem {
  readonly offset: number;
  readonly problem: string;
}

/** Looks at every node, and makes texts of numbers to call. Undefined: nothing is wrong. */
export function checkNodes(root: Node | null): NodeProblem | undefined {
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const node = pending.pop();
    if (isScalar(node)) {
      const problem = checkScalar(node);
      if (problem !== undefined) return { offset: offsetOf(node), problem };
    } else if (isSeq(node)) {
      for (let index = node.items.length - 1; index >= 0; index--) pending.push(node.items[index]);
    } else if (isMap(node)) {
      const seen = new Set<string>();
      for (const { key, value } of node.items) {
        const problem = isScalar(key) ? (checkScalar(key) ?? checkKey(key, seen)) : 'a key has to be text';
        if (problem !== undefined) return { offset: offsetOf(key), problem };
        pending.push(value);
      }
    } else if (node !== null && node !== undefined && !isAlias(node)) {
      return { offset: offsetOf(node), problem: 'this is of a kind that has no place here' };
    }
  }
  return undefined;
}

function checkKey(key: Scalar, seen: Set<string>): string | undefined {
  const name = String(key.value);
  // What Object.prototype has under it is no key of ours, and no place to write to.
  if (name === '__proto__') return '__proto__ cannot be a key';
  if (seen.has(name)) return `the key ${visible(name.slice(0, 40))} is there twice`;
  seen.add(name);
  return undefined;
}

function checkScalar(scalar: Scalar): string | undefined {
  const { value, source, type } = scalar;
  if (typeof value === 'bigint') return 'this number is too large; if it is text, put it in quotes';
  if (typeof value === 'number') {
    if (type === Scalar.PLAIN && source !== undefined && /^(\+[0-9]+|0[0-9]+)$/.test(source)) scalar.value = source;
    else if (!Number.isFinite(value)) return 'this is no number that JSON has';
    else if (Number.isInteger(value) && !Number.isSafeInteger(value))
      return 'this number is too large; if it is text, put it in quotes';
  }
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
    return 'this text holds NUL or a broken character';
  return undefined;
}

const offsetOf = (node: unknown): number => (node as { range?: readonly number[] | null } | null)?.range?.[0] ?? 0;
