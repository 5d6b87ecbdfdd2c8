#!/usr/bin/env node
// Starts the CLI on the workspace's own Node 24, whichever Node runs this file: plain JavaScript for that reason.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const OLDEST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) {
  await import('../src/main.ts');
} else {
  const script = realpathSync(process.argv[1]);
  const node = join(dirname(script), '../../../node_modules/node/bin/node');
  if (!existsSync(node)) {
    console.error(
      `dialplane needs Node ${OLDEST_NODE} or newer; this is ${process.versions.node}. Run "npm ci" in the repository: it brings one.`,
    );
    process.exit(2);
  }
  const child = spawnSync(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(child.status ?? 128 + (constants.signals[child.signal] ?? 0));
}
