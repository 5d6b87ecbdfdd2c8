import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { toNumber } from '../arguments.ts';
import { examples } from '../examples.ts';
import { listName } from '../list-name.ts';
import { DO_NOT_CALL_LISTS, readScope, scopeOptions } from '../options.ts';
import type { ScopeOptions } from '../options.ts';
import { bold, DASH, fields, TICK } from '../text.ts';

export const doNotCallRemove: Verb = (act) => {
  const command = new Command('remove')
    .description('let a number be called again; one that is on no such list stays so')
    .argument('<number>', 'E.164', toNumber)
    .addHelpText(
      'after',
      examples('dialplane do-not-call remove +12125550199 --tenant 11111111-1111-4111-8111-111111111111'),
    );
  for (const option of scopeOptions(DO_NOT_CALL_LISTS)) command.addOption(option);
  return command.action(
    act(async ({ store }, number: string, options: ScopeOptions) => {
      const tenantId = readScope(options, DO_NOT_CALL_LISTS);
      const { doNotCall, snapshotVersion } = await store();
      const outcome = await doNotCall.remove(tenantId, number);
      const version = await snapshotVersion();
      const headline =
        outcome === 'removed'
          ? `${TICK} ${bold(`Removed ${number} from ${listName(tenantId)}`)}`
          : `${DASH} ${number}: not on ${listName(tenantId)}, nothing changed`;
      return {
        json: { outcome, number, snapshotVersion: version },
        text: `${headline}\n${fields({ 'snapshot version': version })}`,
      };
    }),
  );
};
