/**
 * Makes the protos as they are now the released contract: `npm run proto:release`. Refuses when they would
 * break somebody who was given the last one, or are in bad style.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const WORKSPACE = resolve(import.meta.dirname, '../..');
const PROTOS = resolve(process.argv[2] ?? join(WORKSPACE, 'proto'));
const RELEASED = resolve(process.argv[3] ?? join(WORKSPACE, 'proto/released/v1.binpb'));

const buf = (...args: string[]) =>
  execFileSync(join(WORKSPACE, 'node_modules/.bin/buf'), args, { cwd: PROTOS, stdio: 'inherit' });

try {
  buf('lint');
  if (existsSync(RELEASED)) buf('breaking', '--against', RELEASED);
} catch {
  console.error('Not released: mend the protos first. A breaking change needs a new package, dialplane.v2.');
  process.exit(1);
}
mkdirSync(dirname(RELEASED), { recursive: true });
buf('build', '--exclude-source-info', '-o', RELEASED);
console.log(`Released: ${RELEASED}`);
