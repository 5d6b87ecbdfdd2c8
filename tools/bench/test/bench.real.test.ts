import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Fault, RejectionReason, RouteCallResponse, RouteSource } from '@dialplane/contracts';

import { writeMessages, writeRequests } from '../src/fleet/write-requests.ts';
import { runLoad } from '../src/measure/run-load.ts';
import type { LoadResult } from '../src/measure/run-load.ts';
import { provideGoPrograms } from '../src/provide-go-programs.ts';
import type { GoPrograms } from '../src/provide-go-programs.ts';
import { startEcho } from '../src/servers/start-servers.ts';

const run = promisify(execFile);
let go: GoPrograms;
// Builds them the first time.
beforeAll(async () => {
  go = await provideGoPrograms(() => {});
}, 300_000);

test('a small run ends with one line of JSON that has every figure it took', async () => {
  const main = join(import.meta.dirname, '../src/main.ts');
  const { stdout } = await run(process.execPath, [main, '--smoke', '--json']);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  const report = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  const number: unknown = expect.any(Number);
  expect(report).toMatchObject({
    mode: 'smoke',
    ratios: { unary_1m_vs_echo: number, p99_1m_vs_echo: number, stream_vs_unary: number, unary_1m_vs_python3sql: null },
    decide_per_second: number,
    decide_per_second_1k: number,
    bytes_per_number_1m: null,
    load_1m_seconds: number,
    visible_p99_ms: number,
    visible_lost_notification_max_ms: number,
    apply_100k_pause_ms: number,
    servers: { echo: { requests_per_second: { of: 2 } }, router_1m: {}, stream: {} },
  });
}, 120_000);

test('the load generator sends nothing to another machine', async () => {
  const load = run(go.loadgen, ['-target=192.0.2.1:50061', '-method=/x/y', '-requests=/dev/null']);
  await expect(load).rejects.toThrow('not a loopback address');
});

describe('a load on an echo', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dialplane-bench-test-'));
    await writeRequests(join(folder, 'requests'), 100, 1_000);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const route = { targets: [], source: RouteSource.DATABASE, tenantId: '', number: undefined, notes: [] };
  const rejection = { reason: RejectionReason.NO_CARRIER, fault: Fault.CARRIER, message: '', hint: '', tenantId: '' };
  const replies = {
    route: { $case: 'route', value: { ...route, snapshotVersion: '', expiresAt: undefined } },
    rejection: { $case: 'rejection', value: { ...rejection, snapshotVersion: '' } },
  } as const;

  async function load(...outcomes: (keyof typeof replies)[]): Promise<LoadResult> {
    const file = join(folder, outcomes.join('-'));
    await writeMessages(file, [
      () => outcomes.map((outcome) => RouteCallResponse.encode({ outcome: replies[outcome] }).finish()),
    ]);
    const echo = await startEcho(file);
    try {
      const requestsFile = join(folder, 'requests');
      const pid = echo.pid();
      return await runLoad(go.loadgen, {
        address: echo.address,
        pid,
        requestsFile,
        offset: 0,
        warmUpSeconds: 0,
        seconds: 1,
      });
    } finally {
      await echo.stop();
    }
  }

  test('counts requests, latencies and CPU time', async () => {
    const result = await load('route');
    expect(result.requestsPerSecond).toBeGreaterThan(1);
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms);
    expect(result.maxMs).toBeGreaterThanOrEqual(result.p99Ms);
    if (process.platform === 'linux') expect(result.cpuPerRequestUs).toBeGreaterThan(1);
  });

  test('a single kind of refusal among the routes fails it', async () => {
    await expect(load('route', 'route', 'rejection')).rejects.toThrow('rejections');
  });
});
