import { expect, test } from '@jest/globals';

import { toDispatchReport, toDispatchText } from '../src/dispatch/dispatch-report.ts';
import type { DispatchFigures } from '../src/dispatch/run-dispatch-bench.ts';

const machine = {
  processor: 'A processor',
  cores: 2,
  memoryGib: 24,
  system: 'Linux',
  node: 'v24',
  grpcJs: '1',
  postgres: '18',
  go: '',
  python: '',
};
const spread = (median: number) => ({ median, min: median - 0.1, max: median + 0.1, of: 5 });
const figures = (spreads: DispatchFigures['spreads']): DispatchFigures => ({ machine, spreads });

test('medians stand by name, their spreads beside them', () => {
  const taken = figures({ accepted_vs_parts: spread(1.23456) });
  expect(toDispatchReport(taken, 'quick', new Date(0))).toEqual({
    mode: 'quick',
    taken_at: '1970-01-01T00:00:00.000Z',
    accepted_vs_parts: 1.235,
    machine,
    spreads: taken.spreads,
  });
});

test('a figure that misses its goal is said to', () => {
  const lines = (spreads: DispatchFigures['spreads']): string[] => toDispatchText(figures(spreads)).split('\n');
  expect(lines({ accepted_vs_parts: spread(1.5) })[0]).toMatch(/^met .*: 1.5 \(1.4 to 1.6, 5 pairs\), goal ≤ 1.5$/);
  expect(lines({ accepted_vs_parts: spread(1.51) })[0]).toMatch(/^MISSED/);
  expect(lines({ dispatch_vs_sdk_throughput_c32: spread(0.6) })[0]).toMatch(/^met/);
  expect(lines({ dispatch_vs_sdk_throughput_c32: spread(0.59) })[0]).toMatch(/^MISSED/);
  expect(lines({ black_hole_failures_to_open: spread(6) })[0]).toMatch(/^MISSED/);
});
