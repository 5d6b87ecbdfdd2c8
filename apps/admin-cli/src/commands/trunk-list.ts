import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { sipCodesText } from '../describe-line.ts';
import { examples } from '../examples.ts';
import { readScope, scopeFlag, scopeOptions, TRUNKS } from '../options.ts';
import type { ScopeOptions } from '../options.ts';
import { list } from '../text.ts';

export const trunkList: Verb = (act) => {
  const command = new Command('list')
    .description("list a tenant's trunks and the operator's")
    .addHelpText(
      'after',
      examples('dialplane trunk list --tenant 11111111-1111-4111-8111-111111111111', 'dialplane trunk list --operator'),
    );
  for (const option of scopeOptions(TRUNKS)) command.addOption(option);
  return command.action(
    act(async ({ store }, options: ScopeOptions) => {
      const scope = readScope(options, TRUNKS);
      const trunks = await (await store()).trunks.list(scope);
      return {
        json: { trunks },
        text: list(
          ['trunk', 'deployment', 'owner', 'carrier', 'caller ids of', 'sip codes', 'active'],
          trunks.map(({ sipTrunkId, deploymentOrigin, tenantId, carrier, cliCountries, sipCodes, isActive }) => [
            sipTrunkId,
            deploymentOrigin,
            tenantId === null ? 'operator' : 'tenant',
            carrier,
            cliCountries === null ? 'every country' : cliCountries.join(','),
            sipCodesText(sipCodes),
            isActive ? 'yes' : 'no',
          ]),
          `There is no trunk yet, and none is needed: dialplane trunk set <ST_…> --deployment <url> ${scopeFlag(scope)}`,
        ),
      };
    }),
  );
};
