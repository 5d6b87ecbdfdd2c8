import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { count, toNumber } from '../arguments.ts';
import { examples } from '../examples.ts';
import { DO_NOT_CALL_LISTS, readScope, scopeFlag, scopeOptions } from '../options.ts';
import type { ScopeOptions } from '../options.ts';
import { list } from '../text.ts';

const DEFAULT_LIMIT = 100;

interface Options extends ScopeOptions {
  readonly after?: string;
  readonly limit: number;
}

export const doNotCallList: Verb = (act) => {
  const command = new Command('list')
    .description('list the numbers that must not be called, in their order')
    .option('--limit <count>', 'at most so many', count, DEFAULT_LIMIT)
    .option('--after <number>', 'only those after this one: the last one of the list before', toNumber)
    .addHelpText(
      'after',
      examples(
        'dialplane do-not-call list --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane do-not-call list --operator --limit 1000 --after +12125550199',
      ),
    );
  for (const option of scopeOptions(DO_NOT_CALL_LISTS)) command.addOption(option);
  return command.action(
    act(async ({ store }, { after = '', limit, ...options }: Options) => {
      const scope = readScope(options, DO_NOT_CALL_LISTS);
      // One more than asked for tells whether there are more.
      const found = await (await store()).doNotCall.list(scope, { after, limit: limit + 1 });
      const entries = found.slice(0, limit);
      const next = found.length > limit ? (entries.at(-1)?.number ?? null) : null;
      const text = list(
        ['number', 'since', 'note'],
        entries.map(({ number, createdAt, note }) => [number, createdAt.toISOString(), note]),
        `There is no number on the list: dialplane do-not-call add <number> ${scopeFlag(scope)}`,
      );
      const more = `\nThere are more: dialplane do-not-call list ${scopeFlag(scope)} --limit ${limit} --after ${next}`;
      return { json: { entries, next }, text: next === null ? text : text + more };
    }),
  );
};
