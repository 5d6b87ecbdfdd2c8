import { expect, test } from '@jest/globals';

import type { LoadResult } from '../src/measure/run-load.ts';
import { drawReport } from '../src/report/draw-report.ts';
import { toJson } from '../src/report/to-json.ts';
import { toMarkdown } from '../src/report/to-markdown.ts';
import { toText } from '../src/report/to-text.ts';
import { replaceFigures } from '../src/report/write-docs.ts';
import type { Measured } from '../src/measured.ts';
import { SETTINGS } from '../src/settings.ts';

const load = (requestsPerSecond: number, cpuPerRequestUs: number | undefined = 50): LoadResult => ({
  requestsPerSecond,
  p50Ms: 1,
  p99Ms: 3,
  p999Ms: 4,
  maxMs: 5,
  cpuPerRequestUs,
  databaseCpuPerRequestUs: undefined,
  allRequests: requestsPerSecond,
});
const machine = {
  processor: 'A processor <of & some kind>',
  cores: 2,
  memoryGib: 24,
  system: 'Linux',
  node: 'v24',
  grpcJs: '1',
  postgres: '18',
  go: '1',
  python: '3',
};
const NOTHING: Measured = {
  mode: 'quick',
  settings: SETTINGS.quick,
  takenAt: new Date(0),
  seconds: 1,
  machine,
  pairs: new Map(),
  latency: undefined,
  changes: undefined,
  decisionsPerSecond: [],
  decisionsPerSecondAt1k: [],
  memory: [],
};
const SOMETHING: Measured = {
  ...NOTHING,
  pairs: new Map([
    ['echo', [100, 80, 125].map((rate) => ({ main: load(100), other: load(rate, 40) }))],
    ['stream', [{ main: load(100), other: load(700) }]],
    ['node_3sql', [{ main: load(100), other: { ...load(20), databaseCpuPerRequestUs: 30 } }]],
  ]),
  latency: { rate: 70, pairs: [{ main: load(70), other: { ...load(70), p99Ms: 6 } }] },
  decisionsPerSecond: [1, 2, 300],
  decisionsPerSecondAt1k: [4],
  memory: [{ numbers: 1_000_000, bytesPerNumber: 90.51234, usedBytesPerNumber: 60, rssBytes: 1 }],
};

test('ratios are medians of pairs, and what was not run is null', () => {
  const report = toJson(SOMETHING);
  expect(report.ratios).toEqual({
    unary_1m_vs_echo: 1,
    cpu_1m_vs_echo: 1.25,
    unary_1m_vs_1k: null,
    unary_1m_vs_100k: null,
    unary_1m_vs_python3sql: null,
    unary_1m_vs_python3sql_tuned: null,
    unary_1m_vs_node3sql: 5,
    unary_1m_vs_go_echo: null,
    stream_vs_unary: 7,
    p99_1m_vs_echo: 0.5,
  });
  expect(report.spreads['unary_1m_vs_echo']).toEqual({ median: 1, min: 0.8, max: 1.25, of: 3 });
  expect(report).toMatchObject({ decide_per_second: 2, bytes_per_number_1m: 90.51, bytes_per_number_10m: null });
});

test('a run of nothing has every key, and each is null', () => {
  const {
    ratios,
    spreads,
    servers,
    latency,
    machine: _,
    mode: __,
    taken_at: ___,
    seconds: ____,
    ...figures
  } = toJson(NOTHING);
  expect(Object.keys(ratios)).toHaveLength(10);
  const all = [ratios, spreads, figures].flatMap((group): unknown[] => Object.values(group));
  expect(all.every((value) => value === null)).toBe(true);
  expect({ ...servers, ...latency }).toEqual({});
});

test('a figure that cannot be known, such as CPU time without /proc, is null', () => {
  const pairs = new Map([['echo', [{ main: load(1), other: { ...load(1), cpuPerRequestUs: undefined } }]]]);
  expect(toJson({ ...NOTHING, pairs }).ratios).toMatchObject({ unary_1m_vs_echo: 1, cpu_1m_vs_echo: null });
});

test('text and page say what was reached and what was not', () => {
  const report = toJson(SOMETHING);
  expect(toText(report)).toMatch(/bare echo, requests\/s +≥ 0\.95 +1 \(0\.8 – 1\.25, 3\) +met/);
  expect(toMarkdown(report)).toContain(
    '| `decideRoute` in process on one core at 1M numbers, all policies on, trace off | ≥ 400,000/s | 2/s',
  );
  expect(toMarkdown(report)).toContain('**no**');
});

test('the picture has a bar for every server that was measured, in a well-formed SVG', () => {
  const svg = drawReport(toJson(SOMETHING));
  expect(svg.match(/<rect class="ours"/g)).toHaveLength(4); // Two servers, in two panels.
  expect(svg).toContain('A processor &lt;of &amp; some kind&gt;');
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  const open = svg.match(/<(?!\/)[a-z]+\b[^>]*(?<!\/)>/g) ?? [];
  expect(svg.match(/<\/[a-z]+>/g)).toHaveLength(open.length);
});

test('the figures take the place of the old ones on the page', () => {
  const page =
    'before\n<!-- bench: from here on written by `npm run bench:route -- --write-docs` -->\n\nold\n\n<!-- bench: up to here -->\nafter';
  expect(replaceFigures(page, 'new')).toBe(page.replace('old', 'new'));
  expect(() => replaceFigures('no place', 'new')).toThrow('no lines');
});
