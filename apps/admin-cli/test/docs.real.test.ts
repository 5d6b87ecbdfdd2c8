import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { startCarrierSimulator } from '@dialplane/carrier-simulator';
import type { CarrierSimulator } from '@dialplane/carrier-simulator';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Command } from 'commander';

import { createProgram } from '../src/program.ts';
import { createCase, createTrunk, liveKitServer, NUMBER } from './case.ts';
import type { Case, Server } from './case.ts';
import { documentedCommands, documentedFiles, withOutputs } from './documented-commands.ts';
import type { DocumentedCommand } from './documented-commands.ts';
import { startServices } from './services.ts';
import type { Services } from './services.ts';
import { untilRouted } from './until-routed.ts';

const PAGE = join(import.meta.dirname, '../../../docs/admin-cli.md');
/** What the page calls the calls that it places, in order. */
const PLACED = ['44444444-4444-4444-8444-444444444444', '55555555-5555-4555-8555-555555555555'];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

let here: Case;
let services: Services;
/** Between the page's deployment and LiveKit: the phones of its calls. */
let carrier: CarrierSimulator;
let folder: string;
/** What the page calls a thing, and what it is called in this run. */
const names = new Map<string, string>();

beforeAll(async () => {
  const server: Server = liveKitServer();
  here = await createCase({ migrated: false });
  await here.json(['db', 'migrate']);
  services = await startServices(here, server, 'uae-agent');
  // The page begins with an empty database.
  await here.sql('DROP SCHEMA $schema CASCADE');
  folder = await mkdtemp(join(tmpdir(), 'dialplane-docs-'));
  await writeFile(join(folder, 'secret.txt'), `${server.apiSecret}\n`, { mode: 0o600 });
  const admin = new URL(here.env.DATABASE_URL ?? '');
  const { apiKey, apiSecret } = server;
  const trunk = await createTrunk(server, [NUMBER]);
  carrier = await startCarrierSimulator({ upstream: server.url, apiKey, apiSecret, trunks: [trunk] });
  names.set('http://uae.example.com', carrier.url);
  names.set('APIexample', apiKey);
  names.set('ST_uaeTrunk0001', trunk);
  names.set('./secret.txt', join(folder, 'secret.txt'));
  names.set('calls on db.example.com', `${admin.pathname.slice(1)} on ${admin.host}`);
  for (const [name, text] of documentedFiles(await readFile(PAGE, 'utf8'))) {
    await writeFile(join(folder, name), toRun(text));
    names.set(`./${name}`, join(folder, name));
  }
}, 120_000);
afterAll(async () => {
  await services.stop();
  await carrier.stop();
  await here.stop();
  await rm(folder, { recursive: true });
});

const toRun = (word: string) => [...names].reduce((text, [shown, real]) => text.replaceAll(shown, real), word);
const toShow = (text: string) => [...names].reduce((shown, [name, real]) => shown.replaceAll(real, name), text);

/** Without what is another each time: ids that nobody chose, versions, times, and how wide that makes a column. */
function comparable(output: string): string {
  return (
    output
      .replace(UUID, (id) => (/^([ac1-9])\1*1*-(\d)\2{3}-4\2{3}-8\2{3}-\2{12}$/.test(id) ? id : '<uuid>'))
      .replace(/\bcall-[0-9a-f]{32}-[0-9a-f]{8}\b/g, '<room>')
      .replace(/\bAD_\w+/g, '<dispatch>')
      .replace(/\blocal-[0-9a-f]{16}\b/g, '<kid>')
      .replace(/\b[0-9a-f]{12}\.\d+\b/g, '<version>')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
      .replace(/after \d+ ms/g, 'after <n> ms')
      .replace(/(?<= )\d+\.\d+ s\b/g, '<n> s')
      .replace(/[·░▒█]{2,}/g, '<bar>')
      // Whether the phone was seen ringing, and when the agent asked, is another each time; so is the evidence.
      .replace(/^ *(– .* (ringing|dial asked for) .*|ring time .*)\n/gm, '')
      .replace(/ +▒ ringing <n> s|(?<=^ +[–✓!] +<n> s .*) +\(.*\)$/gm, '')
      .replace(/(–|<n> s) +(?=(–|<n> s) +(caller|callee)$)/gm, '')
      .replace(/(?<=--page )\S+/g, '<page>')
      .replace(/snapshot age +(<n>|[\d.]+) s/g, 'snapshot age <n> s')
      .replace(/[ ]+/g, ' ')
      .replace(/ $/gm, '')
  );
}

async function runDocumented({ words }: DocumentedCommand): Promise<string> {
  const addresses = { ROUTER_ADDRESS: services.routerAddress, DISPATCHER_ADDRESS: services.dispatcherAddress };
  // Of all verbs this one is about the embedded database alone.
  const env = words[1] === 'stop' ? { DATABASE_URL: undefined, DIALPLANE_HOME: join(folder, 'home') } : addresses;
  if (words[0] === 'route' || words[0] === 'call') {
    // A person types more slowly than a change arrives; this does not.
    await untilRouted(here, services.routerAddress);
  }
  const { stdout, stderr } = await here.run(words.map(toRun), { env });
  return toShow(stripVTControlCharacters(stdout === '' ? stderr : stdout)).trimEnd();
}

const callLogId = (output: string) => /call log id +(\S+)/.exec(output)?.[1];

test('every documented command prints what the page shows', async () => {
  const page = await readFile(PAGE, 'utf8');
  const commands = documentedCommands(page);
  const outputs: string[] = [];
  let placed = 0;
  for (const command of commands) {
    const output = await runDocumented(command);
    outputs.push(output);
    // The page goes on to ask about the call that it has just placed.
    const [shown, real] = [callLogId(command.output), callLogId(output)];
    if (command.words.join(' ').startsWith('call test') && real !== undefined)
      names.set(shown ?? PLACED[placed] ?? '', real);
    if (command.words.join(' ').startsWith('call test')) placed++;
  }
  const shown = outputs.map(toShow);
  const isUpdate = process.env.DIALPLANE_UPDATE_DOCS === '1';
  // To renew the page after a change: DIALPLANE_UPDATE_DOCS=1 npm test -- docs.real
  if (isUpdate) {
    const kept = commands.map(({ output }, index) =>
      comparable(output) === comparable(shown[index] ?? '') ? output : (shown[index] ?? ''),
    );
    await writeFile(PAGE, withOutputs(page, kept));
  } else {
    expect(shown.map(comparable)).toEqual(commands.map(({ output }) => comparable(output)));
  }
}, 120_000);

test('the page has an example of every command', async () => {
  const documented = documentedCommands(await readFile(PAGE, 'utf8')).map(({ words }) => `${words.join(' ')} `);
  const verbsOf = (command: Command, path: string): string[] =>
    command.commands.length === 0
      ? [`${path}${command.name()} `]
      : command.commands.flatMap((inner) => verbsOf(inner, `${path}${command.name()} `));
  const verbs = createProgram(() => async () => {}).commands.flatMap((noun) => verbsOf(noun, ''));
  expect(verbs.filter((verb) => !documented.some((line) => line.startsWith(verb)))).toEqual([]);
});
