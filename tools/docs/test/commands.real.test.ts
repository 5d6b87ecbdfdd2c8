import { execFileSync, spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { preparePython } from '@dialplane/contracts/testing';
import { selfSignedCertificate } from '@dialplane/contracts/testing/agent-calls';
import { createTestDatabase } from '@dialplane/database/testing';
import type { TestDatabase } from '@dialplane/database/testing';

import { blocks, readPages, ROOT } from '../read-pages.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'dialplane-docs-'));
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

function page(path: string) {
  const found = readPages().find((candidate) => candidate.path === path);
  if (found === undefined) throw new Error(`There is no ${path}.`);
  return found;
}

test('the commands of docs/operating.md migrate, make a key and start both servers', async () => {
  const env = {
    ...process.env,
    PATH: `${ROOT}/node_modules/.bin:${process.env.PATH}`,
    HERE: folder,
    ROUTER_LISTEN: '127.0.0.1:0',
    DISPATCHER_LISTEN: '127.0.0.1:0',
    AGENT_CALLS_LISTEN: '127.0.0.1:0',
    WEBHOOK_LISTEN: '127.0.0.1:0',
    ROUTER_ADDRESS: '127.0.0.1:1',
    DRAIN_MS: '100',
  };
  const script = blocks(page('docs/operating.md'), 'sh')
    .join('\n')
    .replaceAll('postgres://owner@db.example.com/calls', database.ownerUrl)
    .replaceAll('postgres://dialplane_router@db.example.com/calls', database.urls.router)
    .replaceAll('postgres://dialplane_dispatcher@db.example.com/calls', database.urls.dispatcher)
    .replaceAll('~/.config/dialplane', '$HERE/key')
    .replaceAll(/^(.*npm run (?:router|dispatcher))$/gm, '$1 &');
  expect(script).not.toMatch(/example\.com|~/);

  const shell = spawn('bash', ['-euc', `trap 'kill $(jobs -p) 2>/dev/null' TERM\n${script}\nwait`], {
    cwd: ROOT,
    env,
    detached: true,
  });
  let output = '';
  const listening = new Promise<void>((resolve, reject) => {
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (/router is listening/.test(output) && /dispatcher is listening/.test(output)) resolve();
      });
    }
    shell.once('close', () => reject(new Error(`the commands ended:\n${output}`)));
  });
  try {
    await listening;
  } finally {
    shell.removeAllListeners('close');
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGTERM');
  }
});

test('the operator query of docs/operating.md works word for word', async () => {
  const [query] = blocks(page('docs/operating.md'), 'sql');
  const { default: pg } = await import('pg');
  const adopted = await createTestDatabase({ schema: 'lad_dev' });
  const client = new pg.Client({ connectionString: adopted.ownerUrl });
  await client.connect();
  expect((await client.query(query ?? '')).fields.map(({ name }) => name)).toEqual([
    'base_number',
    'tenant_id',
    'config_id',
  ]);
  await client.end();
  await adopted.drop();
});

test('the Python of docs/calling.md generates a client and is understood by the server', async () => {
  await preparePython();
  const [python] = globSync(join(ROOT, 'node_modules/.cache/dialplane-python/env-*/bin/python'));
  const generate =
    blocks(page('docs/calling.md'), 'sh')
      .join('')
      .split('\n')
      .find((line) => line.includes('grpc_tools.protoc')) ?? '';
  const make = generate
    .replace('python -m', `${python} -m`)
    .replaceAll('_out=.', `_out=${folder}`)
    .replaceAll('../dialplane/', '');
  execFileSync('bash', ['-euc', make], { cwd: ROOT });
  const snippets = blocks(page('docs/calling.md'), 'python');
  const why = snippets.find((snippet) => snippet.includes('def why')) ?? '';
  const address = /"127\.0\.0\.1:\d+"/;
  const calls = snippets.filter((snippet) => address.test(snippet));
  expect(calls).toHaveLength(3);
  for (const call of calls) {
    const indented = call.replace(address, '"127.0.0.1:1"').replaceAll(/^/gm, '    ');
    // Nobody listens there: the code is whole if that is all it has to complain about.
    const program = `import grpc\n${why}\ntry:\n${indented}\nexcept grpc.RpcError as error:\n    print(error.code(), why(error))\n`;
    expect(execFileSync(python ?? '', ['-c', program], { cwd: folder, encoding: 'utf8' })).toBe(
      "StatusCode.UNAVAILABLE ('', {})\n",
    );
  }
  const { certificate, privateKey } = selfSignedCertificate();
  writeFileSync(join(folder, 'service.pem'), certificate);
  writeFileSync(join(folder, 'service.key'), privateKey);
  const secure = snippets.find((snippet) => snippet.includes('secure_channel(')) ?? 'exit(1)';
  execFileSync(python ?? '', ['-c', secure], { cwd: folder });
}, 180_000);

test('the TypeScript of docs/calling.md generates a client that asks the server', () => {
  // What `npm install` would fetch is in the repository already.
  const [generate] =
    blocks(page('docs/calling.md'), 'sh')
      .join('')
      .match(/^npx buf generate .*$/m) ?? [];
  const service = mkdtempSync(join(folder, 'service-'));
  symlinkSync(join(ROOT, 'node_modules'), join(service, 'node_modules'));
  writeFileSync(join(service, 'package.json'), '{"type":"module"}');
  const command = generate?.replace('../dialplane/', `${ROOT}/`) ?? 'exit 1';
  const env = { ...process.env, PATH: `${ROOT}/node_modules/.bin:${process.env.PATH}` };
  execFileSync('bash', ['-euc', command], { cwd: service, env, stdio: 'pipe' });
  const [sample = ''] = blocks(page('docs/calling.md'), 'ts');
  // Nobody listens there.
  writeFileSync(join(service, 'call.ts'), sample.replace("'127.0.0.1:50062'", "'127.0.0.1:1'"));
  const said = execFileSync(process.execPath, ['--no-warnings', 'call.ts'], { cwd: service, encoding: 'utf8' });
  expect(said).toMatch(/^14 No connection established/);
}, 60_000);
