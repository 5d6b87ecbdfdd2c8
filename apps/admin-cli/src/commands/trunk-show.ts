import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { deploymentOrigin, sipTrunkId } from '../arguments.ts';
import { trunkFields } from '../describe-line.ts';
import { examples } from '../examples.ts';
import { readScope, scopeFlag, scopeOptions, TRUNKS } from '../options.ts';
import type { ScopeOptions } from '../options.ts';
import { refused } from '../refusal.ts';
import { bold, fields } from '../text.ts';

interface Options extends ScopeOptions {
  readonly deployment?: string;
}

export const trunkShow: Verb = (act) => {
  const command = new Command('show')
    .description('show a trunk with its limits and header profiles')
    .argument('<trunk id>', 'ST_…', sipTrunkId)
    .option('--deployment <url>', 'on this server (default: wherever it is registered)', deploymentOrigin)
    .addHelpText(
      'after',
      examples('dialplane trunk show ST_exampleTrunk1 --tenant 11111111-1111-4111-8111-111111111111'),
    );
  for (const option of scopeOptions(TRUNKS)) command.addOption(option);
  return command.action(
    act(async ({ store }, id: string, options: Options) => {
      const scope = readScope(options, TRUNKS);
      const trunks = (await (await store()).trunks.list(scope)).filter(
        (trunk) => trunk.sipTrunkId === id && (options.deployment ?? trunk.deploymentOrigin) === trunk.deploymentOrigin,
      );
      if (trunks.length === 0)
        throw refused(
          'trunk_not_found',
          `There is no trunk ${id} that ${scope === null ? 'belongs to the operator' : `tenant ${scope} may use`}.`,
          `See what there is: dialplane trunk list ${scopeFlag(scope)}`,
        );
      return { json: { trunks }, text: trunks.map((trunk) => `${bold(id)}\n${fields(trunkFields(trunk))}`).join('\n') };
    }),
  );
};
