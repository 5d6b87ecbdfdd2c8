import { toE164 } from '@dialplane/tenancy';
import type { NumberRepository } from '@dialplane/tenancy';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { baseNumber, countryCode, name, uuid } from '../arguments.ts';
import { describeNumber, numberFields } from '../describe-number.ts';
import { examples } from '../examples.ts';
import { findUsableConfig } from '../find-config.ts';
import { findNumber } from '../find-number.ts';
import { tenantOption } from '../options.ts';
import { badUsage, Refusal, refused } from '../refusal.ts';
import { reportAdded } from '../report-added.ts';
import { toRefusal } from '../to-refusal.ts';

interface Options {
  readonly base: string;
  readonly country: string;
  readonly provider?: string;
  readonly config?: string;
  readonly tenant: string;
}

export const numberAdd: Verb = (act) =>
  new Command('add')
    .description('add a number to call from; adding twice is adding once')
    .requiredOption('--base <digits>', 'the number without country code and trunk zero', baseNumber)
    .requiredOption('--country <code>', 'its country calling code, for example 1, 91 or 971', countryCode)
    .option('--provider <name>', "the carrier's name", name)
    .option('--config <config id>', 'the LiveKit config to call through', uuid)
    .addOption(tenantOption())
    .addHelpText(
      'after',
      examples(
        'dialplane number add --base 2125550100 --country 1 --provider "Example Telecom" --tenant 11111111-1111-4111-8111-111111111111',
      ),
    )
    .action(
      act(async ({ store }, { base, country, provider, config, tenant }: Options) => {
        const written = { baseNumber: base, countryCode: country, provider: provider ?? null };
        const e164 = toE164(written);
        if (e164 === undefined) {
          throw badUsage(
            `Country code ${country} and base number ${base} do not make an E.164 number.`,
            'E.164 has 7 to 15 digits with the country code',
          );
        }
        const { numbers, configs, snapshotVersion } = await store();
        if (config !== undefined) await findUsableConfig(configs, tenant, config);

        const { kind, row } = await numbers.add(tenant, written);
        const present = describeNumber(row);
        if (kind !== 'added') {
          const mend: Record<string, string> = {};
          if (provider !== undefined && row.provider !== provider) {
            mend.provider = `dialplane number update ${e164} --provider "${provider}" --tenant ${tenant}`;
          }
          if (config !== undefined && present.livekitConfigId !== config) {
            mend.config = `dialplane number assign ${e164} --config ${config} --tenant ${tenant}`;
          }
          const differs = Object.keys(mend);
          if (differs.length > 0) {
            const values = differs.map((key) =>
              key === 'provider' ? `provider ${row.provider ?? 'none'}` : `config ${present.livekitConfigId ?? 'none'}`,
            );
            throw refused(
              'conflict',
              `The tenant has ${e164} already, with other values: ${values.join(', ')}. Nothing was changed.`,
              `To change it: ${Object.values(mend).join(' and ')}`,
              { differs, number: present },
            );
          }
        }
        if (kind === 'added' && config !== undefined) await assignAdded(numbers, tenant, { id: row.id, e164 }, config);
        const number = describeNumber(await findNumber(numbers, tenant, row.id));
        const note = base.startsWith('0')
          ? { note: 'the base number begins with 0: right in Italy, elsewhere a trunk zero that does not belong there' }
          : {};
        return reportAdded(
          kind === 'added' ? 'added' : 'existed',
          `number ${e164}`,
          { number, ...note },
          { ...numberFields(number), ...note },
          await snapshotVersion(),
        );
      }),
    );

/** The number is written by now: whatever keeps its config from being written has to say so. */
async function assignAdded(
  numbers: NumberRepository,
  tenantId: string,
  { id, e164 }: { id: string; e164: string },
  configId: string,
): Promise<void> {
  const finish = `dialplane number assign ${e164} --config ${configId} --tenant ${tenantId}`;
  try {
    const outcome = await numbers.assign(tenantId, id, configId);
    if (outcome === 'assigned' || outcome === 'unchanged') return;
    throw refused(
      'config_not_assigned',
      outcome === undefined ? 'somebody removed the row' : 'its rules are not a JSON object',
      '',
    );
  } catch (error) {
    const { exitCode, reason, message } = toRefusal(error);
    throw new Refusal(
      exitCode,
      reason,
      `Number ${e164} is added (row ${id}), without config ${configId}: ${message}`,
      `To finish, when that is mended: ${finish}`,
      { added: { id, e164 } },
    );
  }
}
