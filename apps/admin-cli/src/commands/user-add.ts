import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { examples } from '../examples.ts';
import { tenantOption } from '../options.ts';
import { refused } from '../refusal.ts';
import { reportAdded } from '../report-added.ts';

export const userAdd: Verb = (act) =>
  new Command('add')
    .description('add a user, who starts calls for the tenant; adding twice is adding once')
    .argument('<user id>', 'a UUID, as callers send it in initiated_by', uuid)
    .addOption(tenantOption())
    .addHelpText(
      'after',
      examples('dialplane user add 22222222-2222-4222-8222-222222222222 --tenant 11111111-1111-4111-8111-111111111111'),
    )
    .action(
      act(async ({ store }, userId: string, { tenant }: { tenant: string }) => {
        const { users, snapshotVersion } = await store();
        const { kind } = await users.add(tenant, userId);
        if (kind === 'conflict') {
          throw refused(
            'conflict',
            `User ${userId} belongs to another tenant. Nothing was changed.`,
            'A user belongs to one tenant: check both ids',
            { differs: ['tenant'] },
          );
        }
        return reportAdded(
          kind,
          `user ${userId}`,
          { user: { id: userId, tenantId: tenant } },
          { tenant },
          await snapshotVersion(),
        );
      }),
    );
