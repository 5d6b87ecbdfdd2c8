import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { configFields, describeConfig } from '../describe-config.ts';
import { describeNumber } from '../describe-number.ts';
import { examples } from '../examples.ts';
import { findUsableConfig } from '../find-config.ts';
import { readScope, scopeOptions } from '../options.ts';
import type { ScopeOptions } from '../options.ts';
import { bold, fields, visible } from '../text.ts';

export const configShow: Verb = (act) => {
  const command = new Command('show')
    .description("show a LiveKit config, less its secret, and which of the tenant's numbers name it")
    .argument('<config id>', 'a UUID', uuid)
    .addHelpText(
      'after',
      examples(
        'dialplane config show 33333333-3333-4333-8333-333333333333 --tenant 11111111-1111-4111-8111-111111111111',
      ),
    );
  for (const option of scopeOptions()) command.addOption(option);
  return command.action(
    act(async ({ store }, configId: string, options: ScopeOptions) => {
      const { configs, numbers } = await store();
      const scope = readScope(options);
      const config = await findUsableConfig(configs, scope, configId);
      const own = scope === null ? [] : await numbers.list(scope);
      const usedBy = own
        .map(describeNumber)
        .filter(({ livekitConfigId }) => livekitConfigId === configId)
        .map(({ e164 }) => e164);
      const template =
        config.jobMetadataTemplate === null ? {} : { template: JSON.stringify(config.jobMetadataTemplate) };
      const numbersField = scope === null ? {} : { numbers: usedBy.join(', ') };
      return {
        json: { config: describeConfig(config), ...(scope === null ? {} : { numbers: usedBy }) },
        text: `${bold(visible(config.name))}\n${fields({ ...configFields(config), ...template, ...numbersField })}`,
      };
    }),
  );
};
