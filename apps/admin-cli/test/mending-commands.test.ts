import { describe, expect, test } from '@jest/globals';
import { decideRoute, emptySnapshot, REJECTIONS } from '@dialplane/routing';
import type { Snapshot, TableName, TraceStep } from '@dialplane/routing';
import {
  config,
  deployment,
  exampleRows,
  NOW,
  number,
  REFUSALS,
  request,
  tenant,
  trunk,
} from '@dialplane/routing/testing';
import type { ExampleRows } from '@dialplane/routing/testing';
import type { Command } from 'commander';

import { readScope } from '../src/options.ts';
import { createProgram } from '../src/program.ts';

/** What a person puts in the place of what a hint leaves open. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '<config id>': '33333333-3333-4333-8333-333333333333',
  '<tenant id>': '11111111-1111-4111-8111-111111111111',
  '<user id>': '22222222-2222-4222-8222-222222222222',
  '<number id>': '44444444-4444-4444-8444-444444444444',
  '<number>': '+12125550100',
  '<digits>': '2125550100',
  '<code>': '1',
  '<country>': 'IN',
  '<url>': 'https://livekit.example.com',
  '<name>': 'example',
  '<ST_…>': 'ST_example',
  '<yaml>': 'rules.yaml',
  '<file>': 'limits.yaml',
  '<mode>': 'legacy',
};

/** The commands that a hint tells somebody to run. */
const commandsIn = (hint: string): string[] =>
  [...hint.matchAll(/dialplane (.*?)(?=[;)]|,? (?:and|or|then) .*?dialplane|\.?$)/g)].map((match) => match[1] ?? '');

function silent(command: Command): Command {
  command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  command.commands.forEach(silent);
  return command;
}

/** What is wrong with a command of a hint, after the placeholders are filled in; undefined: it can be run. */
async function problemOf(command: string): Promise<string | undefined> {
  const filled = command.replace(/<[^>]*>/g, (open) => PLACEHOLDERS[open] ?? `unknown placeholder ${open}`);
  const words = filled.split(' ').filter((word) => word !== '');
  let isRun = false;
  const program = silent(
    createProgram(() => async (...args: unknown[]) => {
      const verb = args.at(-1) as Command;
      const isScoped = verb.options.some(({ long }) => long === '--operator');
      if (isScoped && verb.name() !== 'list') readScope(verb.opts());
      isRun = true;
    }),
  );
  try {
    await program.parseAsync(words, { from: 'user' });
    return isRun ? undefined : `"${filled}" runs nothing`;
  } catch (error) {
    return `"${filled}": ${(error as Error).message}`;
  }
}

function snapshotOf(rows: ExampleRows): Snapshot {
  const staging = emptySnapshot().stage();
  for (const table of Object.keys(rows) as TableName[]) for (const row of rows[table]) staging.put(table, row);
  return staging.commit('hints.1');
}

/** Every hint of a decision, of the steps after the first refusal, too. */
function hintsOf(rows: Partial<ExampleRows>, asked: object, circumstances: object = {}): string[] {
  const trace: TraceStep[] = [];
  const view = snapshotOf(exampleRows(rows));
  const decision = decideRoute(view, request(asked), {
    now: NOW,
    environmentFallback: undefined,
    ...circumstances,
    trace,
  });
  const hints = trace.flatMap(({ refusal }) => refusal?.hint ?? []);
  return decision.kind === 'rejected' ? [decision.hint, ...hints] : hints;
}

describe('every command that a refusal names can be run as it stands, once its gaps are filled', () => {
  test.each(
    REFUSALS.map(([name, rows, asked, reason, , circumstances]) => ({ name, rows, asked, reason, circumstances })),
  )('$reason: $name', async ({ rows, asked, circumstances }) => {
    const commands = hintsOf(rows, asked, circumstances).flatMap(commandsIn);
    for (const command of commands) expect(await problemOf(command)).toBeUndefined();
  });

  test('there is a case of every reason', () => {
    const covered = new Set<string>(REFUSALS.map(([, , , reason]) => reason));
    expect(Object.keys(REJECTIONS).filter((reason) => !covered.has(reason))).toEqual([]);
  });
});

test('a hint leaves no gap that the refusal knows how to fill', () => {
  const known = /<(?:number|tenant id|user id)>/;
  const left = REFUSALS.filter(([, rows, asked, , , circumstances]) =>
    hintsOf(rows, asked, circumstances).some((hint) => known.test(hint)),
  );
  // Which tenant an unknown user should be of, nobody knows.
  expect([...new Set(left.map(([, , , reason]) => reason))]).toEqual(['user_not_found']);
});

describe('every command that a row’s problem names can be run', () => {
  const BROKEN: readonly (readonly [string, Partial<ExampleRows>])[] = [
    ['rules', { voice_agent_numbers: [number({ rules: [] })] }],
    ['parts of a number', { voice_agent_numbers: [number({ baseNumber: '1' })] }],
    ['a user in two tenants', { users: [{ id: PLACEHOLDERS['<user id>'] ?? '', tenantId: null }] }],
    ['defaults', { tenants: [tenant({ defaults: '[]' })] }],
    ["a tenant's trunk", { trunks: [trunk({ limits: '[]' })] }],
    ["an operator's trunk", { trunks: [trunk({ limits: '[]', tenantId: null })] }],
    ['a deployment', { deployments: [deployment({ headerProfiles: '[]' })] }],
    [
      "a tenant's config",
      { voice_agent_livekit: [config({ url: 'x', sipTrunkId: 'x', agentName: null, dialMode: 'x' })] },
    ],
    ["an operator's config", { voice_agent_livekit: [config({ tenantId: null, url: 'x', agentName: null })] }],
  ];

  test.each(BROKEN)('%s', async (_, rows) => {
    const problems = [...snapshotOf(exampleRows(rows)).findProblems()].flatMap((row) => row?.problems ?? []);
    const commands = problems.flatMap(({ hint }) => commandsIn(hint));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) expect(await problemOf(command)).toBeUndefined();
  });
});

test.each([
  ['number mend +12125550100', /unknown command/],
  ['number rules sett +12125550100', /unknown command/],
  ['number rules set +12125550100 --tenant <tenant id>', /--file/],
  ['trunk set ST_a --deployment x --operator', /not a URL/],
  ['number assign <nummer> --config <config id> --tenant <tenant id>', /unknown placeholder|too many arguments/],
  ['trunk set ST_a --deployment https://livekit.example.com --enable', /--tenant and --operator/],
  ['number', /number/],
])('"%s" would be found wrong', async (command, problem) => {
  expect(await problemOf(command)).toMatch(problem);
});
