import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { ownNumber } from '../arguments.ts';
import { changeNumber } from '../change-number.ts';
import { examples } from '../examples.ts';
import { tenantOption } from '../options.ts';

const switchTo =
  (verb: string, isActive: boolean, description: string): Verb =>
  (act) =>
    new Command(verb)
      .description(description)
      .argument('<number>', "E.164, bare digits, or the number's id", ownNumber)
      .addOption(tenantOption())
      .addHelpText(
        'after',
        examples(`dialplane number ${verb} +12125550100 --tenant 11111111-1111-4111-8111-111111111111`),
      )
      .action(
        act(async (tools, written: string, { tenant }: { tenant: string }) =>
          changeNumber(tools, tenant, written, { isActive }),
        ),
      );

export const numberEnable = switchTo('enable', true, 'let calls go out from a number again');
export const numberDisable = switchTo('disable', false, 'let no call go out from a number; calls in progress go on');
