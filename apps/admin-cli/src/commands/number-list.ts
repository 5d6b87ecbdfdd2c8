import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { describeNumber } from '../describe-number.ts';
import { examples } from '../examples.ts';
import { tenantOption } from '../options.ts';
import { list } from '../text.ts';

export const numberList: Verb = (act) =>
  new Command('list')
    .description("list a tenant's numbers and the config that each calls through")
    .addOption(tenantOption())
    .addHelpText('after', examples('dialplane number list --tenant 11111111-1111-4111-8111-111111111111'))
    .action(
      act(async ({ store }, { tenant }: { tenant: string }) => {
        const { numbers, configs } = await store();
        const rows = (await numbers.list(tenant)).map(describeNumber);
        const nameOf = new Map((await configs.list(tenant)).map(({ id, name }) => [id, name]));
        const shownConfig = ({ livekitConfigId, rulesProblem }: (typeof rows)[number]) => {
          if (rulesProblem !== null) return 'rules unusable';
          return livekitConfigId === null
            ? null
            : (nameOf.get(livekitConfigId) ?? `${livekitConfigId} (not this tenant's)`);
        };
        return {
          json: { numbers: rows },
          text: list(
            ['number', 'base', 'country', 'provider', 'livekit config', 'active', 'id'],
            rows.map((row) => [
              row.e164,
              row.baseNumber,
              row.countryCode,
              row.provider,
              shownConfig(row),
              row.isActive ? 'yes' : 'no',
              row.id,
            ]),
            `The tenant has no number yet: dialplane number add --base <digits> --country <code> --tenant ${tenant}`,
          ),
        };
      }),
    );
