import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { list } from '../text.ts';
import { webhookAge } from '../webhook-age.ts';

export const deploymentList: Verb = (act) =>
  new Command('list')
    .description('list the LiveKit servers that are registered; one that is not is used all the same')
    .addHelpText('after', examples('dialplane deployment list'))
    .action(
      act(async ({ store }) => {
        const { deployments: registered, webhookAges } = await store();
        const found = await registered.list();
        const ages = await webhookAges.of(found.map(({ origin }) => origin));
        const deployments = found.map((deployment, index) => ({ ...deployment, webhooks: ages[index] }));
        return {
          json: { deployments },
          text: list(
            ['deployment', 'region', 'active', 'last webhook'],
            deployments.map(({ origin, region, isActive, webhooks }) => [
              origin,
              region,
              isActive ? 'yes' : 'no',
              webhookAge(webhooks?.secondsAgo ?? null),
            ]),
            'There is no deployment yet, and none is needed: dialplane deployment set <url> --region <name>',
          ),
        };
      }),
    );
