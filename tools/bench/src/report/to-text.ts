import { GOALS, write, writeFigure, writeGoal } from './goals.ts';
import type { Report } from './to-json.ts';

/** What a person at a terminal wants to know. */
export function toText(report: Report): string {
  const goals = GOALS.map((goal) => {
    const figure = goal.read(report);
    const verdict = figure === null || goal.isMet === undefined ? '' : goal.isMet(figure) ? 'met' : 'MISSED';
    return [goal.what, goal.goal, writeGoal(report, goal), verdict];
  });
  const servers = Object.entries(report.servers).map(([name, figures]) => [
    name,
    `${writeFigure(figures.requests_per_second.median, '/s', figures.requests_per_second)}`,
    figures.cpu_us_per_route === null ? '' : `${write(figures.cpu_us_per_route.median)} µs CPU`,
    `p50 ${write(figures.p50_ms.median)} ms, p99 ${write(figures.p99_ms.median)} ms`,
  ]);
  const latency = Object.entries(report.latency).map(([name, { p50_ms, p99_ms }]) => [
    `${name} at ${write(report.latency_rate ?? 0)}/s`,
    `p50 ${write(p50_ms.median)} ms`,
    `p99 ${writeFigure(p99_ms.median, ' ms', p99_ms)}`,
  ]);
  const title = `${report.mode} run of ${report.seconds} s. In brackets: smallest and largest, and of how many.`;
  return [title, ...inColumns(goals), '', ...inColumns(servers), '', ...inColumns(latency)].join('\n');
}

function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.replaceAll('`', '').length);
  return rows.map((row) =>
    row
      .map((cell, at) => cell.replaceAll('`', '').padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
