import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from '@jest/globals';

const run = promisify(execFile);

test('a small run of the dispatch bench ends with one line of JSON that has every figure', async () => {
  const main = join(import.meta.dirname, '../src/dispatch-main.ts');
  const { stdout } = await run(process.execPath, [main, '--smoke', '--json']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  const number: unknown = expect.any(Number);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    mode: 'smoke',
    accepted_vs_parts: number,
    dispatch_vs_sdk_latency_c1: number,
    dispatch_vs_sdk_throughput_c32: number,
    black_hole_p99_ratio: number,
    black_hole_failures_to_open: 5,
    reconcile_1m_vs_10k: number,
    list_1m_vs_10k: number,
    machine: { cores: number },
    spreads: { accepted_vs_parts: { of: 1 } },
  });
}, 240_000);
