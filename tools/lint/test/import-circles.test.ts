import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { expect, test } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../../..');
type Imports = ReadonlyMap<string, readonly string[]>;

/** What each file imports from files of ours, types too. */
function readImports(): Imports {
  const files = globSync('{apps,libs,tools,examples}/*/src/**/*.ts', { cwd: ROOT });
  return new Map(
    files.map((file) => {
      const named = readFileSync(resolve(ROOT, file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g);
      return [file, [...named].map(([, path = '']) => resolve('/', dirname(file), path).slice(1))];
    }),
  );
}

/** The first circle that is found: its files in order, the first one again at its end. */
function findCircle(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  function visit(file: string, path: readonly string[]): string[] | undefined {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const imported of imports.get(file) ?? []) {
      const circle = visit(imported, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  }
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

test('no files import each other in a circle', () => {
  const imports = readImports();
  expect(imports.get('apps/router/src/main.ts')).toContain('apps/router/src/wire.ts');
  expect(imports.size).toBeGreaterThan(300);
  expect(findCircle(imports)).toBeUndefined();
});

test('a circle would be found', () => {
  const circle: Imports = new Map([
    ['start.ts', ['a.ts']],
    ['a.ts', ['b.ts']],
    ['b.ts', ['leaf.ts', 'a.ts']],
  ]);
  expect(findCircle(circle)).toEqual(['a.ts', 'b.ts', 'a.ts']);
});
