import { parseArgs } from 'node:util';

import type { CarrierSimulatorOptions } from './start-carrier-simulator.ts';

export const USAGE = `node tools/carrier-simulator/src/main.ts [options]
  --upstream http://127.0.0.1:7880   the real livekit-server
  --api-key KEY --api-secret SECRET  that server's
  --trunk ST_example                 a trunk that LiveKit knows; may be given several times
  --listen 127.0.0.1:0               where the dispatcher finds its LiveKit server; any free port when unset
  --control 127.0.0.1:0              where the control endpoint listens; any free port when unset
  --webhook-url URL                  where a callee's webhooks go; not with --join
  --rings FILE                       an append-only file of JSON lines, one for each INVITE and what became of it
  --join                             callees join their rooms as real participants`;

const LOOPBACK = '127.0.0.1';

/** Reads a command line. Throws an error for a person, which says what to write instead. */
export function readOptions(args: readonly string[]): CarrierSimulatorOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      upstream: { type: 'string' },
      'api-key': { type: 'string' },
      'api-secret': { type: 'string' },
      trunk: { type: 'string', multiple: true, default: [] },
      listen: { type: 'string', default: `${LOOPBACK}:0` },
      control: { type: 'string', default: `${LOOPBACK}:0` },
      'webhook-url': { type: 'string' },
      rings: { type: 'string' },
      join: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const webhookUrl = values['webhook-url'];
  if (webhookUrl !== undefined && values.join) {
    throw new Error('--webhook-url does not go with --join: of callees that join, LiveKit itself sends webhooks.');
  }
  if (webhookUrl !== undefined && !isHttpUrl(webhookUrl, ['http:', 'https:'])) {
    throw new Error('--webhook-url is not a URL of http or https.');
  }
  const upstream = required(values.upstream, '--upstream');
  if (!isHttpUrl(upstream, ['http:'])) {
    throw new Error('--upstream is not http://host:port: the simulator speaks to a livekit-server of its own machine.');
  }
  const wrongTrunk = values.trunk.find((id) => !/^ST_\w+$/.test(id));
  if (wrongTrunk !== undefined) throw new Error(`--trunk ${JSON.stringify(wrongTrunk)} does not look like ST_example.`);
  return {
    upstream: new URL(upstream).origin,
    apiKey: required(values['api-key'], '--api-key'),
    apiSecret: required(values['api-secret'], '--api-secret'),
    trunks: values.trunk,
    listen: readAddress(values.listen, '--listen'),
    control: readAddress(values.control, '--control'),
    join: values.join,
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(values.rings !== undefined && { ringsFile: required(values.rings, '--rings') }),
  };
}

function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new Error(`${option} is missing.`);
  return value;
}

function isHttpUrl(text: string, protocols: readonly string[]): boolean {
  return URL.canParse(text) && protocols.includes(new URL(text).protocol);
}

/** Loopback alone: whoever reaches the simulator reads and changes everything. */
function readAddress(text: string, option: string): { host: string; port: number } {
  const [, host, digits] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host !== LOOPBACK || port > 65_535) throw new Error(`${option} is not ${LOOPBACK}:<port>.`);
  return { host, port };
}
