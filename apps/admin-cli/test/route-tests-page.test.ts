import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { documentedCommands, documentedFiles, withOutputs } from './documented-commands.ts';
import { run } from './run.ts';

const PAGE = join(import.meta.dirname, '../../../docs/route-tests.md');

let folder: string;
let page: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialplane-route-tests-'));
  page = await readFile(PAGE, 'utf8');
  for (const [name, text] of documentedFiles(page)) {
    await writeFile(join(folder, name), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

test('every command of the page prints what it shows, without router and database', async () => {
  const commands = documentedCommands(page);
  expect(commands.length).toBeGreaterThanOrEqual(2);
  const outputs: string[] = [];
  for (const { words } of commands) {
    const { stdout, stderr } = await run(
      words.map((word) => word.replace(/^\.\//, `${folder}/`)),
      { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', ROUTER_ADDRESS: '127.0.0.1:1' } },
    );
    outputs.push((stdout === '' ? stderr : stdout).trimEnd());
  }
  // To renew the page after a change: DIALPLANE_UPDATE_DOCS=1 npm test -- route-tests-page
  if (process.env.DIALPLANE_UPDATE_DOCS === '1') await writeFile(PAGE, withOutputs(page, outputs));
  else expect(outputs).toEqual(commands.map(({ output }) => output));
});
