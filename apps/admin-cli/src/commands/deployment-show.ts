import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { deploymentOrigin } from '../arguments.ts';
import { deploymentFields } from '../describe-line.ts';
import { examples } from '../examples.ts';
import { refused } from '../refusal.ts';
import { bold, fields } from '../text.ts';
import { webhookAge } from '../webhook-age.ts';

export const deploymentShow: Verb = (act) =>
  new Command('show')
    .description('show a LiveKit server with its limits and header profiles, and when its last webhook came')
    .argument('<url>', 'the server, by any URL of it', deploymentOrigin)
    .addHelpText('after', examples('dialplane deployment show https://livekit.example.com'))
    .action(
      act(async ({ store }, origin: string) => {
        const { deployments, webhookAges } = await store();
        const deployment = (await deployments.list()).find((one) => one.origin === origin);
        if (deployment === undefined)
          throw refused(
            'deployment_not_found',
            `Deployment ${origin} is not registered, which it need not be.`,
            `See what there is: dialplane deployment list; to register it: dialplane deployment set ${origin}`,
          );
        const [webhooks] = await webhookAges.of([origin]);
        const shown = {
          ...deploymentFields(deployment),
          'last webhook': webhookAge(webhooks?.secondsAgo ?? null),
          'last that counted for a call': webhookAge(webhooks?.countedSecondsAgo ?? null),
        };
        return { json: { deployment: { ...deployment, webhooks } }, text: `${bold(origin)}\n${fields(shown)}` };
      }),
    );
