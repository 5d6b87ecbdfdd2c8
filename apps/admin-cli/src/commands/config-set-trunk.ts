import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { sipTrunkId, uuid } from '../arguments.ts';
import { changeConfig } from '../change-config.ts';
import { examples } from '../examples.ts';
import { readScope, scopeOptions } from '../options.ts';
import type { ScopeOptions } from '../options.ts';

export const configSetTrunk: Verb = (act) => {
  const command = new Command('set-trunk')
    .description("set the SIP trunk that a config's calls are dialled over")
    .argument('<config id>', 'a UUID', uuid)
    .argument('<trunk id>', 'the trunk, ST_…', sipTrunkId)
    .addHelpText(
      'after',
      examples(
        'dialplane config set-trunk 33333333-3333-4333-8333-333333333333 ST_exampleTrunk1 --tenant 11111111-1111-4111-8111-111111111111',
      ),
    );
  for (const option of scopeOptions()) command.addOption(option);
  return command.action(
    act(async (tools, configId: string, sipTrunkId: string, options: ScopeOptions) =>
      changeConfig(tools, readScope(options), configId, { sipTrunkId }),
    ),
  );
};
