/** `npm run bench:dispatch`: how fast calls are dispatched, beside what that is compared with. Progress goes to stderr. */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { toDispatchReport, toDispatchText } from './dispatch/dispatch-report.ts';
import { DISPATCH_PARTS } from './dispatch/dispatch-settings.ts';
import type { DispatchPart } from './dispatch/dispatch-settings.ts';
import { runDispatchBench } from './dispatch/run-dispatch-bench.ts';
import type { Stoppable } from './stoppable.ts';

/** The load average of the last minute above which the machine is not the bench's own. */
const BUSY_LOAD = 1;
const USAGE = `npm run bench:dispatch -- [options]
  --quick        less of each, some seven minutes; without it twenty
  --parts a,b    some of ${DISPATCH_PARTS.join(', ')}
  --json         besides, one JSON object as the last line of standard output
  --smoke        whether the bench works; its figures say nothing`;

const kept: Stoppable[] = [];
let stopping: Promise<void> | undefined;

/** Stops what was started, last first; what is stopped already does not mind. */
function stop(): Promise<void> {
  stopping ??= (async () => {
    for (const part of kept.toReversed()) await part.stop().catch((error: unknown) => console.error(error));
  })();
  return stopping;
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stop().then(() => process.exit(130)));

const began = performance.now();
const onProgress = (line: string): void =>
  console.error(`[${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s] ${line}`);

try {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      smoke: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      parts: { type: 'string', default: DISPATCH_PARTS.join(',') },
    },
  });
  if (values.help) console.log(USAGE);
  else {
    const parts = new Set(values.parts.split(','));
    const unknown = [...parts].filter((part) => !(DISPATCH_PARTS as readonly string[]).includes(part));
    if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}.\n\n${USAGE}`);
    const [load = 0] = loadavg();
    onProgress(`The load average is ${load.toFixed(1)}.`);
    if (load > BUSY_LOAD)
      onProgress('! Something else is running: the figures are worse and less steady than they could be.');
    const mode = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
    const takenAt = new Date();
    const keep = (part: Stoppable): void => void kept.push(part);
    const figures = await runDispatchBench({ mode, parts: parts as ReadonlySet<DispatchPart>, onProgress, keep });
    await stop();
    (values.json ? console.error : console.log)(toDispatchText(figures));
    if (values.json) console.log(JSON.stringify(toDispatchReport(figures, mode, takenAt)));
  }
} catch (error) {
  console.error(`The bench failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  await stop();
}
