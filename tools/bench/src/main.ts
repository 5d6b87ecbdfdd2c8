/**
 * `npm run bench:route`: how fast routes are decided and answered, beside what they are compared with.
 * `--help` lists the options. Progress goes to stderr.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';

import { toJson } from './report/to-json.ts';
import { toText } from './report/to-text.ts';
import { writeDocs } from './report/write-docs.ts';
import { PARTS } from './parts.ts';
import type { Part } from './parts.ts';
import { runBench } from './run-bench.ts';
import type { Stoppable } from './stoppable.ts';

/** The load average of the last minute above which the machine is not the bench's own. */
const BUSY_LOAD = 1;
const USAGE = `npm run bench:route -- [options]
  --quick        less of each, under six minutes; without it twenty
  --parts a,b    some of ${PARTS.join(', ')}
  --json         besides, one JSON object as the last line of standard output
  --write-docs   write the figures into docs/performance.md
  --smoke        whether the bench works; its figures say nothing`;

const { values } = readOptions({
  options: {
    help: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    parts: { type: 'string', default: PARTS.join(',') },
    'write-docs': { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
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

/** Ends with what there is when it was called by what there is not. */
function readOptions<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

function readParts(text: string): ReadonlySet<Part> {
  const parts = text.split(',');
  const unknown = parts.filter((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; the parts are ${PARTS.join(', ')}.`);
  return new Set(parts as Part[]);
}

const began = performance.now();
const onProgress = (line: string): void =>
  console.error(`[${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s] ${line}`);
const [load = 0] = loadavg();
onProgress(`The load average is ${load.toFixed(1)}.`);
if (load > BUSY_LOAD)
  onProgress('! Something else is running: the figures are worse and less steady than they could be.');
try {
  const mode = values.smoke ? 'smoke' : values.quick ? 'quick' : 'full';
  if (mode === 'smoke' && values['write-docs'])
    throw new Error('The figures of a smoke run say nothing: not for the docs.');
  const measured = await runBench({
    mode,
    parts: readParts(values.parts),
    onProgress,
    keep: (part) => kept.push(part),
  });
  await stop();
  const report = toJson(measured);
  (values.json ? console.error : console.log)(toText(report));
  if (values['write-docs']) for (const file of await writeDocs(report)) onProgress(`Wrote ${file}`);
  if (values.json) console.log(JSON.stringify(report));
} catch (error) {
  console.error(`The bench failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
  await stop();
}
