import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { name, uuid } from '../arguments.ts';
import { changeConfig } from '../change-config.ts';
import { examples } from '../examples.ts';
import { readScope, scopeOptions } from '../options.ts';
import type { ScopeOptions } from '../options.ts';

export const configSetAgentName: Verb = (act) => {
  const command = new Command('set-agent-name')
    .description("set the agent name that a config's calls ask for")
    .argument('<config id>', 'a UUID', uuid)
    .argument('<agent name>', 'as the workers register', name)
    .addHelpText(
      'after',
      examples(
        'dialplane config set-agent-name 33333333-3333-4333-8333-333333333333 example-agent --tenant 11111111-1111-4111-8111-111111111111',
      ),
    );
  for (const option of scopeOptions()) command.addOption(option);
  return command.action(
    act(async (tools, configId: string, agentName: string, options: ScopeOptions) =>
      changeConfig(tools, readScope(options), configId, { agentName }),
    ),
  );
};
