import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { list } from '../text.ts';

export const deploymentList: Verb = (act) =>
  new Command('list')
    .description('list the LiveKit servers that are registered; one that is not is used all the same')
    .addHelpText('after', examples('dialplane deployment list'))
    .action(
      act(async ({ store }) => {
        const deployments = await (await store()).deployments.list();
        return {
          json: { deployments },
          text: list(
            ['deployment', 'region', 'active'],
            deployments.map(({ origin, region, isActive }) => [origin, region, isActive ? 'yes' : 'no']),
            'There is no deployment yet, and none is needed: dialplane deployment set <url> --region <name>',
          ),
        };
      }),
    );
