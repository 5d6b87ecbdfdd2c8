import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { changeTenant } from '../change-tenant.ts';
import { name, uuid } from '../arguments.ts';
import { examples } from '../examples.ts';

export const tenantUpdate: Verb = (act) =>
  new Command('update')
    .description('rename a tenant')
    .argument('<tenant id>', 'a UUID', uuid)
    .requiredOption('--name <name>', 'its new name, for people', name)
    .addHelpText(
      'after',
      examples('dialplane tenant update 11111111-1111-4111-8111-111111111111 --name "Example Cars"'),
    )
    .action(
      act(async (tools, tenantId: string, options: { name: string }) =>
        changeTenant(tools, tenantId, { name: options.name }),
      ),
    );
