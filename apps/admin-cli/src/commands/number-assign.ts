import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { ownNumber, uuid } from '../arguments.ts';
import { describeNumber, numberFields } from '../describe-number.ts';
import { examples } from '../examples.ts';
import { findUsableConfig } from '../find-config.ts';
import { findNumber, spell } from '../find-number.ts';
import { scopeFlag, tenantOption } from '../options.ts';
import { refused } from '../refusal.ts';
import { reportChanged } from '../report-changed.ts';

export const numberAssign: Verb = (act) =>
  new Command('assign')
    .description(
      "name the LiveKit config that a number's calls go through; every other rule of the number stays as it is",
    )
    .argument('<number>', "E.164, bare digits, or the number's id", ownNumber)
    .requiredOption('--config <config id>', "the tenant's own config or an operator's; a UUID", uuid)
    .addOption(tenantOption())
    .addHelpText(
      'after',
      examples(
        'dialplane number assign +12125550100 --config 33333333-3333-4333-8333-333333333333 --tenant 11111111-1111-4111-8111-111111111111',
      ),
    )
    .action(
      act(async ({ store }, written: string, { config: configId, tenant }: { config: string; tenant: string }) => {
        const { numbers, configs, snapshotVersion } = await store();
        const before = await findNumber(numbers, tenant, written);
        const config = await findUsableConfig(configs, tenant, configId);
        const outcome = await numbers.assign(tenant, before.id, configId);
        if (outcome === 'rules_invalid') {
          throw refused(
            'rules_invalid',
            `The rules of number ${spell(before)} are not a JSON object. Nothing was changed.`,
            `Mend the rules column of row ${before.id}: it holds a JSON object, such as {"livekit_config": "${configId}"}`,
          );
        }
        const number = describeNumber(await findNumber(numbers, tenant, before.id));
        const { rulesProblem } = number;
        const offWarning = config.isActive
          ? null
          : `config ${config.name} is switched off: dialplane config update ${configId} ${scopeFlag(config.tenantId)} --enable`;
        const rulesWarning =
          rulesProblem === null
            ? null
            : `the rules of the number cannot be used, so no call goes out: mend them with dialplane number rules set ${number.e164} --file <path> --tenant ${tenant}`;
        const warning = rulesWarning ?? offWarning;
        const values = {
          ...numberFields(number),
          ...(rulesProblem === null && { 'livekit config': `${config.name} (${config.id})` }),
        };
        return reportChanged(
          outcome === 'assigned',
          `number ${number.e164}`,
          { number, ...(warning === null ? {} : { warning }) },
          warning === null ? values : { ...values, warning },
          await snapshotVersion(),
        );
      }),
    );
