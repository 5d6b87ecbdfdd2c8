import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { list } from '../text.ts';

export const tenantList: Verb = (act) =>
  new Command('list')
    .description('list every tenant')
    .addHelpText('after', examples('dialplane tenant list', 'dialplane tenant list --json'))
    .action(
      act(async ({ store }) => {
        const tenants = await (await store()).tenants.list();
        const rows = tenants.map(({ id, name, isActive }) => [id, name, isActive ? 'yes' : 'no']);
        return {
          json: { tenants },
          text: list(
            ['tenant', 'name', 'active'],
            rows,
            'There is no tenant yet: dialplane tenant add <tenant id> --name <name>',
          ),
        };
      }),
    );
