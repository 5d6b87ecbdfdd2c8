import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { name, ownNumber } from '../arguments.ts';
import { changeNumber } from '../change-number.ts';
import { examples } from '../examples.ts';
import { tenantOption } from '../options.ts';

export const numberUpdate: Verb = (act) =>
  new Command('update')
    .description("change the provider's name of a number")
    .argument('<number>', "E.164, bare digits, or the number's id", ownNumber)
    .requiredOption('--provider <name>', "the carrier's name", name)
    .addOption(tenantOption())
    .addHelpText(
      'after',
      examples(
        'dialplane number update +12125550100 --provider "Sample Telecom" --tenant 11111111-1111-4111-8111-111111111111',
      ),
    )
    .action(
      act(async (tools, written: string, { provider, tenant }: { provider: string; tenant: string }) =>
        changeNumber(tools, tenant, written, { provider }),
      ),
    );
