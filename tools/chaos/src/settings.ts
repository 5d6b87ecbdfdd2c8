import { parseArgs } from 'node:util';

export interface Settings {
  /** How often a dispatcher is killed by kill -9; other faults come in proportion. */
  readonly kills: number;
  /** How many calls are placed at the least. */
  readonly calls: number;
  readonly seed: number;
  /** How many dispatchers share the calls; with more of them, more kills fit into the same time. */
  readonly dispatchers: number;
  /** The mean time from one fault to the next, in milliseconds. */
  readonly everyMs: number;
  readonly callsPerSecond: number;
  /** Whether one call in fifty is a real agent's. */
  readonly realAgents: boolean;
  /** Whether to show besides that the run would see what it looks for. */
  readonly sabotage: boolean;
  readonly json: boolean;
  /** Where what the processes wrote is kept. */
  readonly logFolder: string;
}

export const USAGE = `npm run test:chaos -- [options]
  --kills N           how often a dispatcher is killed by kill -9; other faults come in proportion (default 40)
  --calls N           how many calls at the least (default 10 a kill)
  --seed N            the same seed, with as many dispatchers, kills and so on: the same plan of faults and the same
                      requests (default: drawn, and printed)
  --dispatchers N     how many share the calls; with more, more kills fit into the same time (default 2)
  --every MS          the mean time from one fault to the next (default 1000)
  --rate N            calls a second (default 4)
  --no-real-agents    no call for a real agent process; otherwise one in fifty
  --no-sabotage       without the two runs that must fail
  --logs FOLDER       where what the dispatchers wrote is kept (default .dialplane/chaos)
  --json              one JSON object on the last line of stdout`;

const CALLS_PER_KILL = 10;

/** Reads the command line; 'help' when that is wanted. Throws with a sentence for people. */
export function readSettings(args: readonly string[]): Settings | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '40' },
      calls: { type: 'string' },
      seed: { type: 'string' },
      dispatchers: { type: 'string', default: '2' },
      every: { type: 'string', default: '1000' },
      rate: { type: 'string', default: '4' },
      'no-real-agents': { type: 'boolean', default: false },
      'no-sabotage': { type: 'boolean', default: false },
      logs: { type: 'string', default: '.dialplane/chaos' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const kills = count('--kills', values.kills);
  return {
    kills,
    calls: values.calls === undefined ? kills * CALLS_PER_KILL : count('--calls', values.calls),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : count('--seed', values.seed),
    dispatchers: atLeastTwo('--dispatchers', values.dispatchers),
    everyMs: count('--every', values.every),
    callsPerSecond: count('--rate', values.rate),
    realAgents: !values['no-real-agents'],
    sabotage: !values['no-sabotage'],
    json: values.json,
    logFolder: values.logs,
  };
}

/** Somebody has to be there to take calls over. */
function atLeastTwo(name: string, text: string): number {
  const number = count(name, text);
  if (number < 2) throw new Error(`${name} is to be 2 or more, and is ${number}.`);
  return number;
}

function count(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new Error(`${name} is to be a whole number, and is ${JSON.stringify(text)}.`);
  return Number(text);
}
