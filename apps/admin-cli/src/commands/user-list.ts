import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { tenantOption } from '../options.ts';
import { list } from '../text.ts';

export const userList: Verb = (act) =>
  new Command('list')
    .description("list a tenant's users")
    .addOption(tenantOption())
    .addHelpText('after', examples('dialplane user list --tenant 11111111-1111-4111-8111-111111111111'))
    .action(
      act(async ({ store }, { tenant }: { tenant: string }) => {
        const users = await (await store()).users.list(tenant);
        const rows = users.map(({ id, tenantId }) => [id, tenantId]);
        return {
          json: { users },
          text: list(
            ['user', 'tenant'],
            rows,
            `The tenant has no user yet: dialplane user add <user id> --tenant ${tenant}`,
          ),
        };
      }),
    );
