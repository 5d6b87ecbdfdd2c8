import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { changeTenant } from '../change-tenant.ts';
import { examples } from '../examples.ts';

const switchTo =
  (verb: string, isActive: boolean, description: string): Verb =>
  (act) =>
    new Command(verb)
      .description(description)
      .argument('<tenant id>', 'a UUID', uuid)
      .addHelpText('after', examples(`dialplane tenant ${verb} 11111111-1111-4111-8111-111111111111`))
      .action(act(async (tools, tenantId: string) => changeTenant(tools, tenantId, { isActive })));

export const tenantEnable = switchTo('enable', true, 'let a tenant place calls again');
export const tenantDisable = switchTo('disable', false, 'stop a tenant from placing calls; calls in progress go on');
