import { Command, Option } from 'commander';

import type { Verb } from '../act.ts';
import { deploymentOrigin, region } from '../arguments.ts';
import { deploymentFields } from '../describe-line.ts';
import { examples } from '../examples.ts';
import { readLineFiles } from '../read-line-files.ts';
import type { LineFileOptions } from '../read-line-files.ts';
import { reportSet } from '../report-set.ts';

interface Options extends LineFileOptions {
  /** False: take it away. */
  readonly region?: string | false;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

export const deploymentSet: Verb = (act) =>
  new Command('set')
    .description('register a LiveKit server, or change it; what is not named stays as it is')
    .argument('<url>', 'the server, by any URL of it', deploymentOrigin)
    .option('--region <name>', 'where it is, as the region of rules names it', region)
    .option('--no-region', 'name none')
    .option('--limits <file>', 'YAML or JSON: max_concurrent_calls, calls_per_second and so on')
    .option('--no-limits', 'take its limits away')
    .option('--headers <file>', 'YAML or JSON: header profiles by name, each with SIP headers by name')
    .option('--no-headers', 'take its header profiles away')
    .addOption(new Option('--enable', 'switch it on').conflicts('disable'))
    .addOption(new Option('--disable', 'switch it off for every tenant: no call is sent to it'))
    .addHelpText(
      'after',
      examples(
        'dialplane deployment set https://livekit.example.com --region IN',
        'dialplane deployment set wss://livekit.example.com --disable',
      ),
    )
    .action(
      act(async ({ store }, origin: string, options: Options) => {
        const { limits, headerProfiles } = await readLineFiles(options);
        const { region: place, enable, disable } = options;
        const { deployments, snapshotVersion } = await store();
        const outcome = await deployments.set(origin, {
          region: place === false ? null : place,
          limits,
          headerProfiles,
          isActive: enable === true ? true : disable === true ? false : undefined,
        });
        return reportSet(
          outcome,
          `deployment ${origin}`,
          { deployment: outcome.row },
          deploymentFields(outcome.row),
          await snapshotVersion(),
        );
      }),
    );
