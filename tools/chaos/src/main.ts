/** `npm run test:chaos`: see `docs/reliability.md`. */
import { judge } from './report/judge.ts';
import { toText } from './report/to-text.ts';
import { runWithTwins } from './run-with-twins.ts';
import { readSettings, USAGE } from './settings.ts';

const settings = readOrExit();
const startedAt = Date.now();
console.error(`Seed ${settings.seed}, ${settings.dispatchers} dispatchers`);
const { whole, sabotaged, report } = await runWithTwins(settings, (line) =>
  console.error(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(7)} s  ${line}`),
);
console.log(toText(whole, sabotaged));
const problems = judge(report);
for (const problem of problems) console.log(problem);
if (settings.json) console.log(JSON.stringify(report));
// gRPC clients and WebSockets of what was killed may linger.
process.exit(problems.length === 0 ? 0 : 1);

function readOrExit() {
  try {
    const read = readSettings(process.argv.slice(2));
    if (read !== 'help') return read;
    console.log(USAGE);
    return process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
}
