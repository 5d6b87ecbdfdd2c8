import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { deploymentOrigin } from '../arguments.ts';
import { deploymentFields } from '../describe-line.ts';
import { examples } from '../examples.ts';
import { refused } from '../refusal.ts';
import { bold, fields } from '../text.ts';

export const deploymentShow: Verb = (act) =>
  new Command('show')
    .description('show a LiveKit server with its limits and header profiles')
    .argument('<url>', 'the server, by any URL of it', deploymentOrigin)
    .addHelpText('after', examples('dialplane deployment show https://livekit.example.com'))
    .action(
      act(async ({ store }, origin: string) => {
        const deployment = (await (await store()).deployments.list()).find((one) => one.origin === origin);
        if (deployment === undefined)
          throw refused(
            'deployment_not_found',
            `Deployment ${origin} is not registered, which it need not be.`,
            `See what there is: dialplane deployment list; to register it: dialplane deployment set ${origin}`,
          );
        return { json: { deployment }, text: `${bold(origin)}\n${fields(deploymentFields(deployment))}` };
      }),
    );
