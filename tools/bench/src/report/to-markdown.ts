import { SERVERS } from './draw-report.ts';
import { GOALS, write, writeFigure, writeGoal } from './goals.ts';
import type { Report, ServerFigures } from './to-json.ts';

/** The figures of a run as the docs show them. */
export function toMarkdown(report: Report): string {
  const { machine } = report;
  const goals = GOALS.map((goal) => {
    const figure = goal.read(report);
    const reached = figure === null || goal.isMet === undefined ? '' : goal.isMet(figure) ? 'yes' : '**no**';
    return [goal.what, goal.goal, writeGoal(report, goal), reached];
  });
  const servers = SERVERS.flatMap(({ name, label }) => {
    const figures = report.servers[name];
    return figures ? [[label, ...inCells(figures)]] : [];
  });
  const latency = SERVERS.flatMap(({ name, label }) => {
    const figures = report.latency[name];
    return figures ? [[label, ms(figures.p50_ms), ms(figures.p99_ms), us(figures.cpu_us_per_route)]] : [];
  });
  const more = [
    ['RouteCall ÷ three-query Python service, tuned', ratio(report, 'unary_1m_vs_python3sql_tuned')],
    ['RouteCall ÷ three-query Node service', ratio(report, 'unary_1m_vs_node3sql')],
    ['RouteCall ÷ bare grpc-go echo', ratio(report, 'unary_1m_vs_go_echo')],
    ['Unary at 1M ÷ at 100k numbers', ratio(report, 'unary_1m_vs_100k')],
    [
      'Committed change → visible, median and longest',
      `${figure(report.visible_p50_ms)} and ${figure(report.visible_max_ms)} ms`,
    ],
    [
      '100,000 rows changed → visible',
      writeFigure(report.apply_100k_visible_ms, ' ms', report.spreads['apply_100k_visible_ms']),
    ],
  ];
  return [
    `Taken on ${report.taken_at.slice(0, 10)} by a ${report.mode} run of ${Math.round(report.seconds / 60)} minutes on ` +
      `${machine['cores']} cores of ${machine['processor']}, ${machine['memoryGib']} GiB, ${machine['system']}; Node ${machine['node']}, ` +
      `@grpc/grpc-js ${machine['grpcJs']}, PostgreSQL ${machine['postgres']}, Go ${machine['go']}, Python ${machine['python']}. ` +
      'A figure is a median; in brackets the smallest and the largest, and of how many.',
    '![Routes a second and CPU time per route](pictures/route-bench.svg)',
    table(['What', 'Goal', 'Measured', 'Reached'], goals),
    table(['Besides', 'Measured'], more),
    '### As fast as they go',
    table(['', 'Routes/s', 'p50, ms', 'p99, ms', "Server's CPU per route, µs", "Its database's, µs"], servers),
    `### At ${write(report.latency_rate ?? 0)} requests a second, 70 % of the echo's peak`,
    table(['', 'p50, ms', 'p99, ms', 'CPU per route, µs'], latency),
  ].join('\n\n');
}

function inCells({ requests_per_second: rate, p50_ms, p99_ms, ...figures }: ServerFigures): string[] {
  return [
    writeFigure(rate.median, '', rate),
    ms(p50_ms),
    ms(p99_ms),
    us(figures.cpu_us_per_route),
    us(figures.database_cpu_us_per_route),
  ];
}

const ms = (spread: ServerFigures['p50_ms']): string => writeFigure(spread.median, '', spread);
const us = (spread: ServerFigures['cpu_us_per_route']): string => (spread === null ? '' : ms(spread));
const figure = (value: number | null): string => writeFigure(value, '', undefined);
const ratio = (report: Report, name: string): string =>
  writeFigure(report.ratios[name] ?? null, '', report.spreads[name]);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
