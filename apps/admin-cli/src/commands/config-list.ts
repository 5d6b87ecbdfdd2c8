import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { readScope, scopeFlag, scopeOptions } from '../options.ts';
import type { ScopeOptions } from '../options.ts';
import { list } from '../text.ts';

export const configList: Verb = (act) => {
  const command = new Command('list')
    .description("list a tenant's LiveKit configs and the operator's")
    .addHelpText(
      'after',
      examples(
        'dialplane config list --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane config list --operator',
      ),
    );
  for (const option of scopeOptions()) command.addOption(option);
  return command.action(
    act(async ({ store }, options: ScopeOptions) => {
      const scope = readScope(options);
      const configs = await (await store()).configs.list(scope);
      return {
        json: { configs },
        text: list(
          ['config', 'name', 'owner', 'url', 'trunk', 'agent name', 'dial mode', 'active'],
          configs.map(({ id, name, tenantId, url, sipTrunkId, agentName, dialMode, isActive }) => [
            id,
            name,
            tenantId === null ? 'operator' : 'tenant',
            url,
            sipTrunkId,
            agentName,
            dialMode,
            isActive ? 'yes' : 'no',
          ]),
          `There is no config yet: dialplane config add ${scopeFlag(scope)} …`,
        ),
      };
    }),
  );
};
