import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { name, uuid } from '../arguments.ts';
import { examples } from '../examples.ts';
import { refused } from '../refusal.ts';
import { reportAdded } from '../report-added.ts';

export const tenantAdd: Verb = (act) =>
  new Command('add')
    .description('add a tenant; adding twice is adding once')
    .argument('<tenant id>', 'a UUID', uuid)
    .requiredOption('--name <name>', 'its name, for people', name)
    .addHelpText('after', examples('dialplane tenant add 11111111-1111-4111-8111-111111111111 --name "Example Motors"'))
    .action(
      act(async ({ store }, tenantId: string, options: { name: string }) => {
        const { tenants, snapshotVersion } = await store();
        const { kind, row } = await tenants.add(tenantId, options.name);
        if (kind === 'conflict') {
          throw refused(
            'conflict',
            `Tenant ${tenantId} is there with another name: ${row.name}. Nothing was changed.`,
            `To rename it: dialplane tenant update ${tenantId} --name "${options.name}"`,
            { differs: ['name'] },
          );
        }
        const { id, isActive } = row;
        return reportAdded(
          kind,
          `tenant ${row.name}`,
          { tenant: row },
          { id, active: isActive ? 'yes' : 'no' },
          await snapshotVersion(),
        );
      }),
    );
