import { SIP_CODE_REASONS } from '@dialplane/tenancy';
import type { SipCodes } from '@dialplane/tenancy';
import { Command, Option } from 'commander';

import type { Verb } from '../act.ts';
import { countries, deploymentOrigin, name, sipCodes, sipTrunkId } from '../arguments.ts';
import { sipCodesText, trunkFields } from '../describe-line.ts';
import { examples } from '../examples.ts';
import { readScope, scopeOptions, TRUNKS } from '../options.ts';
import type { ScopeOptions } from '../options.ts';
import { readLineFiles } from '../read-line-files.ts';
import type { LineFileOptions } from '../read-line-files.ts';
import { refuseOpposites } from '../refuse-opposites.ts';
import { refused } from '../refusal.ts';
import { reportSet } from '../report-set.ts';
import { uselessTrunk } from '../rules/useless-trunk.ts';

interface Options extends ScopeOptions, LineFileOptions {
  readonly deployment: string;
  /** False: take it away. */
  readonly carrier?: string | false;
  readonly cliCountries?: string[] | false;
  readonly sipCodes?: SipCodes | false;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

export const trunkSet: Verb = (act) => {
  const command = new Command('set')
    .description('register a trunk, or change it; what is not named stays as it is')
    .argument('<trunk id>', 'ST_…, as LiveKit lists it', sipTrunkId)
    .requiredOption('--deployment <url>', 'the server that it is configured on, by any URL of it', deploymentOrigin)
    .option('--carrier <name>', 'the telephone company', name)
    .option('--no-carrier', 'name none')
    .option('--cli-countries <codes>', 'the countries whose numbers it may show, for example IN,AE', countries)
    .option('--no-cli-countries', 'let it show numbers of every country')
    .option('--limits <file>', 'YAML or JSON: max_concurrent_calls, calls_per_second and so on')
    .option('--no-limits', 'take its limits away')
    .option('--headers <file>', 'YAML or JSON: header profiles by name, each with SIP headers by name')
    .option('--no-headers', 'take its header profiles away')
    .option(
      '--sip-codes <codes>',
      `all that its carrier means by SIP codes, 300 to 699, for example 480=carrier_trouble,603=busy; those set before go. A code means ${SIP_CODE_REASONS.join(', ')}`,
      sipCodes,
    )
    .option('--no-sip-codes', 'let every code mean what others mean by it')
    .addOption(new Option('--enable', 'switch it on').conflicts('disable'))
    .addOption(new Option('--disable', 'switch it off: no call is sent over it'))
    .addHelpText(
      'after',
      examples(
        'dialplane trunk set ST_exampleTrunk1 --deployment https://livekit.example.com --cli-countries IN \\',
        '  --carrier "Example Telecom" --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane trunk set ST_exampleTrunk1 --deployment https://livekit.example.com --operator --disable',
      ),
    );
  for (const option of scopeOptions(TRUNKS)) command.addOption(option);
  refuseOpposites(command);
  return command.action(
    act(async ({ store }, id: string, options: Options) => {
      const tenantId = readScope(options, TRUNKS);
      const { deployment, carrier, cliCountries, enable, disable } = options;
      const { limits, headerProfiles } = await readLineFiles(options);
      const opened = await store();
      const outcome = await opened.trunks.set(
        tenantId,
        { deploymentOrigin: deployment, sipTrunkId: id },
        {
          carrier: carrier === false ? null : carrier,
          cliCountries: cliCountries === false ? null : cliCountries,
          limits,
          headerProfiles,
          sipCodes: options.sipCodes === false ? null : options.sipCodes,
          isActive: enable === true ? true : disable === true ? false : undefined,
        },
      );
      if (outcome.kind === 'taken') throw taken(id, deployment, outcome.by, tenantId);
      const warning = tenantId === null ? null : await uselessTrunk(opened, tenantId, outcome.row);
      const [before, now] = [outcome.before, outcome.row].map((trunk) => sipCodesText(trunk.sipCodes));
      const fields = {
        ...trunkFields(outcome.row),
        ...(outcome.kind === 'changed' && before !== now ? { 'sip codes': `${before ?? '–'} → ${now ?? '–'}` } : {}),
      };
      return reportSet(
        outcome,
        `trunk ${id}`,
        { trunk: outcome.row, ...(warning === null ? {} : { warning }) },
        warning === null ? fields : { ...fields, warning },
        await opened.snapshotVersion(),
      );
    }),
  );
};

function taken(id: string, deployment: string, by: 'operator' | 'tenant', tenantId: string | null) {
  if (by === 'operator')
    return refused(
      'trunk_of_the_operator',
      `Trunk ${id} at ${deployment} is an operator's, which every tenant may use. Nothing was changed.`,
      'To change it for all of them, say --operator instead of --tenant',
    );
  return refused(
    'conflict',
    `Trunk ${id} at ${deployment} is registered to ${tenantId === null ? 'a tenant' : 'another tenant'}. Nothing was changed.`,
    'A trunk belongs to one tenant, or to the operator: check the trunk id and the deployment',
  );
}
