import { readRules } from '@dialplane/tenancy';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { ownNumber } from '../arguments.ts';
import { examples } from '../examples.ts';
import { findNumber, spell } from '../find-number.ts';
import { tenantOption } from '../options.ts';
import { danglingNames } from '../rules/dangling-names.ts';
import { readUsable } from '../rules/read-usable.ts';
import { yamlText } from '../rules/yaml-text.ts';

export const numberRulesShow: Verb = (act) =>
  new Command('show')
    .description("print a number's rules as YAML, and what is wrong with them; the output is a file for rules set")
    .argument('<number>', "E.164, bare digits, or the number's id", ownNumber)
    .addOption(tenantOption())
    .addHelpText(
      'after',
      examples('dialplane number rules show +12125550100 --tenant 11111111-1111-4111-8111-111111111111 > rules.yaml'),
    )
    .action(
      act(async ({ store }, written: string, { tenant }: { tenant: string }) => {
        const opened = await store();
        const number = await findNumber(opened.numbers, tenant, written);
        const { id, rules } = number;
        const reading = readRules(rules);
        const problems =
          reading.kind === 'problem'
            ? [{ problem: reading.problem, hint: '' }]
            : danglingNames(reading.value, await readUsable(opened, tenant));
        const e164 = spell(number);
        return {
          json: {
            number: { id, tenantId: tenant, e164 },
            rules: rules ?? {},
            problems: problems.map(({ problem }) => problem),
          },
          text: yamlText(`rules of number ${e164} (row ${id})`, rules ?? {}, problems),
        };
      }),
    );
