/** A picture of bars in SVG, readable on light and on dark pages. */
export interface BarChart {
  readonly title: string;
  readonly panels: readonly BarPanel[];
  /** Small print below. */
  readonly note: string;
}

export interface BarPanel {
  /** What the bars are lengths of, with the unit. */
  readonly axis: string;
  readonly bars: readonly Bar[];
}

export interface Bar {
  readonly label: string;
  /** Decides the colour. */
  readonly kind: 'ours' | 'transport' | 'present';
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** A second part of the bar, paler, after the first: for example what a database adds. */
  readonly added?: number;
  /** The value as it is written beside the bar. */
  readonly text: string;
}

const WIDTH = 880;
const LABELS_END = 296;
const PLOT_WIDTH = 440;
const [ROW, BAR, TOP, PANEL_TITLE, AXIS, GAP, NOTE] = [30, 18, 46, 24, 34, 14, 22];
/** About so many steps are on an axis. */
const TICKS = 5;

const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .panel { font-weight: 600; }
  .small { font-size: 11px; fill: #59636e; }
  .grid { stroke: #d1d9e0; }
  .axis { stroke: #818b98; }
  .spread { stroke: #1f2328; stroke-width: 1.5; }
  .ours { fill: #1a7f6b; } .transport { fill: #8c959f; } .present { fill: #bc6c25; }
  .added { opacity: 0.45; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .small { fill: #9198a1; } .grid { stroke: #3d444d; } .axis { stroke: #9198a1; }
    .spread { stroke: #f0f6fc; }
    .ours { fill: #3fb59b; } .transport { fill: #7d8590; } .present { fill: #d98b45; }
  }`;

/** Draws the panels below each other, each with an axis of its own that begins at zero. */
export function drawBars({ title, panels, note }: BarChart): string {
  let top = TOP;
  const drawn = panels.map((panel) => {
    const svg = drawPanel(panel, top);
    top += PANEL_TITLE + panel.bars.length * ROW + AXIS + GAP;
    return svg;
  });
  const height = top + NOTE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="16" y="28">${escape(title)}</text>`,
    ...drawn,
    `<text class="small" x="16" y="${height - 12}">${escape(note)}</text>`,
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ axis, bars }: BarPanel, top: number): string {
  const longest = Math.max(...bars.map(({ max, value, added = 0 }) => Math.max(max, value + added)));
  const step = niceStep(longest / TICKS);
  const steps = Math.ceil(longest / step);
  const end = step * steps;
  const x = (value: number): number => round(LABELS_END + (value / end) * PLOT_WIDTH);
  const [first, last] = [top + PANEL_TITLE, top + PANEL_TITLE + bars.length * ROW];
  const ticks = Array.from({ length: steps + 1 }, (_, at) => at * step).flatMap((value) => [
    `<line class="${value === 0 ? 'axis' : 'grid'}" x1="${x(value)}" y1="${first}" x2="${x(value)}" y2="${last}"/>`,
    `<text class="small" x="${x(value)}" y="${last + 15}" text-anchor="middle">${value.toLocaleString('en-US')}</text>`,
  ]);
  const rows = bars.flatMap(({ label, kind, value, min, max, added = 0, text }, row) => {
    const middle = first + row * ROW + ROW / 2;
    const bar = (from: number, to: number, more: string): string =>
      `<rect class="${kind}${more}" x="${x(from)}" y="${middle - BAR / 2}" width="${round(x(to) - x(from))}" height="${BAR}"/>`;
    return [
      `<text x="${LABELS_END - 10}" y="${middle + 4.5}" text-anchor="end">${escape(label)}</text>`,
      bar(0, value, ''),
      ...(added > 0 ? [bar(value, value + added, ' added')] : []),
      `<path class="spread" fill="none" d="M${x(min)} ${middle}H${x(max)}M${x(min)} ${middle - 4}v8M${x(max)} ${middle - 4}v8"/>`,
      `<text x="${x(Math.max(max, value + added)) + 8}" y="${middle + 4.5}">${escape(text)}</text>`,
    ];
  });
  return [`<text class="panel" x="16" y="${top + 12}">${escape(axis)}</text>`, ...ticks, ...rows].join('\n');
}

/** The next 1, 2, 2.5 or 5 times a power of ten. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
