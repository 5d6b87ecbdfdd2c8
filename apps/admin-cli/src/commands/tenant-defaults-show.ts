import { readTenantDefaultsText } from '@dialplane/tenancy';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { examples } from '../examples.ts';
import { parseStored } from '../rules/parse-stored.ts';
import { yamlText } from '../rules/yaml-text.ts';
import { tenantNotFound } from '../tenant-not-found.ts';

export const tenantDefaultsShow: Verb = (act) =>
  new Command('show')
    .description("print a tenant's defaults as YAML; the output is a file for defaults set")
    .argument('<tenant id>', 'a UUID', uuid)
    .addHelpText(
      'after',
      examples('dialplane tenant defaults show 11111111-1111-4111-8111-111111111111 > defaults.yaml'),
    )
    .action(
      act(async ({ store }, tenantId: string) => {
        const text = await (await store()).tenants.routingDefaults(tenantId);
        if (text === undefined) throw tenantNotFound(tenantId);
        const reading = readTenantDefaultsText(text);
        const problem = reading.kind === 'problem' ? reading.problem : null;
        const defaults = parseStored(text) ?? {};
        return {
          json: { tenantId, defaults, problem },
          text: yamlText(`defaults of tenant ${tenantId}`, defaults, problem === null ? [] : [{ problem, hint: '' }]),
        };
      }),
    );
