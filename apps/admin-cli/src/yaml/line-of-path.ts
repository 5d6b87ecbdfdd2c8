import { isMap, isScalar, isSeq } from 'yaml';
import type { Node } from 'yaml';

/** Keys and indexes from the top. */
export type Path = readonly (string | number)[];

/** The line of the deepest part of the path that the file has: `a.b` is at `a` when that has no `b`. */
export function lineOfPath(root: Node | null, path: Path, lineAt: (offset: number) => number): number | undefined {
  let node: unknown = root;
  let offset = offsetOf(root);
  for (const step of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) break;
      offset = offsetOf(pair.key) ?? offset;
      next = pair.value;
    } else if (isSeq(node)) {
      next = node.items[Number(step)];
      if (next === undefined) break;
      offset = offsetOf(next) ?? offset;
    } else break;
    node = next;
  }
  return offset === undefined ? undefined : lineAt(offset);
}

const offsetOf = (node: unknown): number | undefined =>
  (node as { range?: readonly number[] | null } | null)?.range?.[0];
