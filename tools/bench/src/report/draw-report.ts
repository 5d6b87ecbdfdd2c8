import { drawBars } from './draw-bars.ts';
import type { Bar } from './draw-bars.ts';
import { write } from './goals.ts';
import type { Report, ServerFigures } from './to-json.ts';

/** The servers in the picture, from top to bottom. */
export const SERVERS: readonly { readonly name: string; readonly label: string; readonly kind: Bar['kind'] }[] = [
  { name: 'stream', label: 'RouteCalls, 1M numbers, 100 a message', kind: 'ours' },
  { name: 'router_1m', label: 'RouteCall, 1M numbers', kind: 'ours' },
  { name: 'router_100k', label: 'RouteCall, 100k numbers', kind: 'ours' },
  { name: 'router_1k', label: 'RouteCall, 1k numbers', kind: 'ours' },
  { name: 'echo', label: 'bare @grpc/grpc-js echo', kind: 'transport' },
  { name: 'go_echo', label: 'bare grpc-go echo', kind: 'transport' },
  { name: 'node_3sql', label: 'three queries, Node', kind: 'present' },
  { name: 'python_3sql_tuned', label: 'three queries, Python, tuned', kind: 'present' },
  { name: 'python_3sql', label: 'three queries, Python', kind: 'present' },
];

/** The picture of a run: routes a second, and CPU time of each. */
export function drawReport(report: Report): string {
  const measured = SERVERS.flatMap(({ name, ...shown }) => {
    const figures = report.servers[name];
    return figures ? [{ ...shown, figures }] : [];
  });
  const bars = (draw: (figures: ServerFigures) => Omit<Bar, 'label' | 'kind'> | undefined): Bar[] =>
    measured.flatMap(({ figures, ...shown }) => {
      const bar = draw(figures);
      return bar ? [{ ...shown, ...bar }] : [];
    });
  const cpu = bars(({ cpu_us_per_route: own, database_cpu_us_per_route: database }) => {
    if (own === null) return undefined;
    const text = database ? `${write(own.median)} + ${write(database.median)}` : write(own.median);
    return { value: own.median, min: own.min, max: own.max, ...(database && { added: database.median }), text };
  });
  const rates = bars(({ requests_per_second: { median, min, max } }) => ({
    value: median,
    min,
    max,
    text: write(median),
  }));
  const { processor, cores, node } = report.machine;
  return drawBars({
    title: 'Routes a second, and what one costs',
    panels: [
      { axis: 'Routes a second, at most', bars: rates },
      ...(cpu.length > 0 ? [{ axis: "CPU time per route in µs; paler: the database's share", bars: cpu }] : []),
    ],
    note: `Medians; whiskers from smallest to largest. ${processor}, ${cores} cores shared by client and server, Node ${node}, ${report.taken_at.slice(0, 10)}.`,
  });
}
