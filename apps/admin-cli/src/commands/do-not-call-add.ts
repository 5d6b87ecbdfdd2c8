import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { note, toNumber } from '../arguments.ts';
import { examples } from '../examples.ts';
import { DO_NOT_CALL_LISTS, readScope, scopeOptions } from '../options.ts';
import type { ScopeOptions } from '../options.ts';
import { readNumberList } from '../read-number-list.ts';
import { badUsage } from '../refusal.ts';
import { reportAdded } from '../report-added.ts';
import { listName } from '../list-name.ts';

interface Options extends ScopeOptions {
  readonly file?: string;
  readonly note?: string;
}

export const doNotCallAdd: Verb = (act) => {
  const command = new Command('add')
    .description('let a number not be called, or all numbers of a file; adding twice is adding once')
    .argument('[number]', 'E.164', toNumber)
    .option('--file <path>', 'one E.164 number a line: all are added, or none when a line is wrong')
    .option('--note <text>', 'why, for people', note)
    .addHelpText(
      'after',
      examples(
        'dialplane do-not-call add +12125550199 --note "asked on the phone" --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane do-not-call add --file numbers.txt --operator',
      ),
    );
  for (const option of scopeOptions(DO_NOT_CALL_LISTS)) command.addOption(option);
  return command.action(
    act(async ({ store, progress, io }, number: string | undefined, options: Options) => {
      const tenantId = readScope(options, DO_NOT_CALL_LISTS);
      if ((number === undefined) === (options.file === undefined))
        throw badUsage(
          'Which number? One of a number and --file is needed, and not both.',
          'See: dialplane do-not-call add --help',
        );
      const numbers = number === undefined ? await readNumberList(options.file ?? '') : [number];
      const { doNotCall, snapshotVersion } = await store();
      const distinct = new Set(numbers).size;
      const added = await doNotCall.addMany(tenantId, numbers, options.note ?? null, (done) => {
        // Thrown within the transaction: after Ctrl-C, none is added.
        io.signal.throwIfAborted();
        progress.show(`${done} of ${distinct} numbers`);
      });
      const already = distinct - added;
      return reportAdded(
        added > 0 ? 'added' : 'existed',
        number === undefined
          ? `${added > 0 ? added : already} numbers to ${listName(tenantId)}`
          : `${number} to ${listName(tenantId)}`,
        { added, already },
        number === undefined ? { added, 'already there': already } : {},
        await snapshotVersion(),
      );
    }),
  );
};
