import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import type { Snippet } from '../lint-snippets.ts';

const WORKSPACE = resolve(import.meta.dirname, '../../..');
const BOUNDARIES = '@nx/enforce-module-boundaries';
const IMPORTS = 'no-restricted-imports';
const GLOBALS = 'no-restricted-globals';
const SYNTAX = 'no-restricted-syntax';

/** [what the file is about, the file, its text, the rule that must fail; none when all is well] */
type Case = readonly [name: string, file: string, text: string, rule?: string];

const importing = (from: string) => `import * as it from '${from}';\nexport const kept = it;\n`;

const TENANCY = 'libs/tenancy/src/index.ts';
const ROUTING = 'libs/routing/src/index.ts';
const CALLS = 'libs/calls/src/index.ts';
const CONTRACTS = 'libs/contracts/src/index.ts';
const DATABASE = 'libs/database/src/index.ts';
const LIVEKIT = 'libs/livekit/src/index.ts';
const GRPC = 'libs/grpc/src/index.ts';
const SECRETS = 'libs/secrets/src/index.ts';
const TELEMETRY = 'libs/telemetry/src/index.ts';
const ROUTER = 'apps/router/src/wire.ts';
const ROUTER_MAIN = 'apps/router/src/main.ts';
const CLI_MAIN = 'apps/admin-cli/src/main.ts';
const EXAMPLE = 'examples/agent-worker/src/main.ts';
const REAL_PARTS = 'tools/real-parts/src/index.ts';
const DOMAIN_TEST = 'libs/calls/test/room-name.test.ts';

const FORBIDDEN: readonly Case[] = [
  ['tenancy importing another room', TENANCY, importing('@dialplane/routing'), BOUNDARIES],
  ['tenancy importing an adapter', TENANCY, importing('@dialplane/database'), BOUNDARIES],
  ['tenancy importing a package other than zod', TENANCY, importing('pg'), BOUNDARIES],
  ['tenancy importing the file system', TENANCY, importing('node:fs'), IMPORTS],
  ['tenancy reading the environment', TENANCY, 'export const home = process.env.HOME;', GLOBALS],
  ['routing importing calls', ROUTING, importing('@dialplane/calls'), BOUNDARIES],
  ['routing importing an adapter', ROUTING, importing('@dialplane/database'), BOUNDARIES],
  ['routing importing the contract', ROUTING, importing('@dialplane/contracts'), BOUNDARIES],
  ['routing importing any package', ROUTING, importing('zod'), BOUNDARIES],
  ['routing importing a module of Node', ROUTING, importing('node:crypto'), IMPORTS],
  ['routing importing a module of Node without its prefix', ROUTING, importing('fs/promises'), IMPORTS],
  ['routing re-exporting a module of Node', ROUTING, "export * from 'node:os';", IMPORTS],
  ['routing importing dynamically', ROUTING, "export const it = await import('node:fs');", SYNTAX],
  ['routing reading the clock', ROUTING, 'export const at = Date.now();', SYNTAX],
  ['routing making a Date of this moment', ROUTING, 'export const at = new Date();', SYNTAX],
  ['routing calling Date as a function', ROUTING, 'export const at = Date();', SYNTAX],
  ['routing giving Date another name', ROUTING, 'const D = Date; export const at = new D();', SYNTAX],
  ['routing reaching the clock through globalThis', ROUTING, 'export const at = globalThis.Date.now();', SYNTAX],
  ['routing drawing at random', ROUTING, 'export const draw = Math.random();', 'no-restricted-properties'],
  [
    'routing drawing at random by another spelling',
    ROUTING,
    "export const draw = Math['random']();",
    'no-restricted-properties',
  ],
  [
    'routing taking random out of Math',
    ROUTING,
    'const { random } = Math; export const draw = random();',
    'no-restricted-properties',
  ],
  ...['performance', 'process', 'fetch', 'setTimeout', 'setInterval', 'crypto', 'queueMicrotask', 'console'].map(
    (name): Case => [`routing using ${name}`, ROUTING, `export const it = ${name};`, GLOBALS],
  ),
  ['calls importing routing', CALLS, importing('@dialplane/routing'), BOUNDARIES],
  ['calls importing a package', CALLS, importing('zod'), BOUNDARIES],
  ['calls importing a module of Node other than crypto', CALLS, importing('node:fs'), IMPORTS],
  ['calls importing dynamically', CALLS, "export const it = await import('node:fs');", SYNTAX],
  ['the contract importing a domain library', CONTRACTS, importing('@dialplane/tenancy'), BOUNDARIES],
  ['the contract importing a foundation', CONTRACTS, importing('@dialplane/telemetry'), BOUNDARIES],
  ['the database importing the contract', DATABASE, importing('@dialplane/contracts'), BOUNDARIES],
  ['the database importing another adapter', DATABASE, importing('@dialplane/livekit'), BOUNDARIES],
  ['the database importing an app', DATABASE, importing('@dialplane/router'), BOUNDARIES],
  ['the database importing a package that it does not declare', DATABASE, importing('undici'), BOUNDARIES],
  ['livekit importing the database', LIVEKIT, importing('@dialplane/database'), BOUNDARIES],
  ['livekit importing the contract', LIVEKIT, importing('@dialplane/contracts'), BOUNDARIES],
  ['grpc importing a domain library', GRPC, importing('@dialplane/tenancy'), BOUNDARIES],
  ['grpc importing another adapter', GRPC, importing('@dialplane/livekit'), BOUNDARIES],
  ['secrets importing anything of ours', SECRETS, importing('@dialplane/tenancy'), BOUNDARIES],
  ['telemetry importing anything of ours', TELEMETRY, importing('@dialplane/contracts'), BOUNDARIES],
  ['an app importing another app', ROUTER, importing('@dialplane/dispatcher'), BOUNDARIES],
  ["an app importing another app's file", ROUTER, importing('../../dispatcher/src/main.ts'), BOUNDARIES],
  ['an app importing a tool', ROUTER, importing('@dialplane/real-parts'), BOUNDARIES],
  ["a library's file imported by its path", ROUTER, importing('../../../libs/tenancy/src/uuid.ts'), BOUNDARIES],
  ['an app touching process outside main.ts', ROUTER, 'export const home = process.env.HOME;', GLOBALS],
  ['an app touching process through globalThis', ROUTER, 'export const home = globalThis.process.env.HOME;', GLOBALS],
  [
    'an app importing process outside main.ts',
    ROUTER,
    "import { env } from 'node:process'; export const home = env.HOME;",
    IMPORTS,
  ],
  ['an example importing anything of ours', EXAMPLE, importing('@dialplane/tenancy'), BOUNDARIES],
  ['the real parts importing anything of ours', REAL_PARTS, importing('@dialplane/database'), BOUNDARIES],
  ['a tool importing an app', 'tools/demo/src/main.ts', importing('@dialplane/router'), BOUNDARIES],
  ["a domain library's test importing an adapter", DOMAIN_TEST, importing('@dialplane/database'), BOUNDARIES],
  ["a domain library's test importing other packages", DOMAIN_TEST, importing('zod'), BOUNDARIES],
  [
    'a promise that nobody awaits',
    ROUTER,
    'const work = async () => 1;\nwork();\n',
    '@typescript-eslint/no-floating-promises',
  ],
];

const ALLOWED: readonly Case[] = [
  ['tenancy importing zod', TENANCY, importing('zod')],
  ['tenancy importing its own files', TENANCY, importing('./uuid.ts')],
  ['routing importing tenancy', ROUTING, importing('@dialplane/tenancy')],
  [
    'routing making a Date of a given value',
    ROUTING,
    'export const later = (now: Date): Date => new Date(now.getTime() + 1);',
  ],
  ['routing calculating', ROUTING, 'export const draw = (u: number, weight: number): number => -Math.log(u) / weight;'],
  ['calls importing tenancy', CALLS, importing('@dialplane/tenancy')],
  ['calls importing crypto', CALLS, importing('node:crypto')],
  ['the contract importing grpc-js', CONTRACTS, importing('@grpc/grpc-js')],
  ['the database importing the domain', DATABASE, importing('@dialplane/calls')],
  ['the database importing a foundation', DATABASE, importing('@dialplane/secrets')],
  ['the database importing what it declares', DATABASE, importing('pg')],
  ['livekit importing the domain', LIVEKIT, importing('@dialplane/tenancy')],
  ['grpc importing the contract', GRPC, importing('@dialplane/contracts')],
  ['secrets importing what it declares', SECRETS, importing('jose')],
  [
    'an app importing every layer below',
    ROUTER,
    ['database', 'routing', 'telemetry', 'contracts']
      .map((name, n) => `export * as it${n} from '@dialplane/${name}';`)
      .join('\n'),
  ],
  ['main.ts touching process', ROUTER_MAIN, 'export const home = process.env.HOME;'],
  ["the CLI's main.ts touching process", CLI_MAIN, 'export const home = process.env.HOME;'],
  ['an example importing what it declares', EXAMPLE, importing('@livekit/agents')],
  ['a tool importing the real parts', 'tools/demo/src/main.ts', importing('@dialplane/real-parts')],
  [
    "a domain library's test importing its test packages",
    DOMAIN_TEST,
    "export { test } from '@jest/globals';\nexport { assert } from 'fast-check';",
  ],
];

function lint(snippets: readonly Snippet[], options: { args?: string[]; env?: NodeJS.ProcessEnv } = {}): string[][] {
  const printed = execFileSync(process.execPath, ['tools/lint/lint-snippets.ts', ...(options.args ?? [])], {
    cwd: WORKSPACE,
    input: JSON.stringify(snippets),
    // With CI set Nx leaves the graph that it computes uncached, and the rule looks in the cache.
    env: { ...process.env, CI: '', NX_DAEMON: 'false', ...options.env },
    encoding: 'utf8',
  });
  return JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') as string[][];
}

const toSnippet = ([, file, text]: Case): Snippet => ({ file, text });

describe('what the house forbids', () => {
  const broken = new Map<Case, string[]>();
  beforeAll(() => {
    const cases = [...FORBIDDEN, ...ALLOWED];
    lint(cases.map(toSnippet)).forEach((rules, index) => broken.set(cases[index]!, rules));
  });

  test.each(FORBIDDEN.map((it) => [it[0], it] as const))('%s fails the lint', (_, it) => {
    expect(broken.get(it)).toContain(it[3]);
  });

  test.each(ALLOWED.map((it) => [it[0], it] as const))('%s passes the lint', (_, it) => {
    expect(broken.get(it)).toEqual([]);
  });
});

describe('sabotaged', () => {
  const empty = mkdtempSync(join(tmpdir(), 'dialplane-no-graph-'));
  afterAll(() => rmSync(empty, { recursive: true, force: true }));

  test('without a project graph the boundary rule is skipped, and the cases above would notice', () => {
    const boundaries = FORBIDDEN.filter(([, , , rule]) => rule === BOUNDARIES).slice(0, 5);
    const broken = lint(boundaries.map(toSnippet), {
      args: ['--without-graph'],
      env: { NX_WORKSPACE_DATA_DIRECTORY: empty },
    });
    expect(broken.flat()).not.toContain(BOUNDARIES);
  });
});
