import { readTenantDefaults, readTenantDefaultsText, TENANT_DEFAULT_KEYS } from '@dialplane/tenancy';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { examples } from '../examples.ts';
import { refused } from '../refusal.ts';
import { reportChanged } from '../report-changed.ts';
import { changesBetween, changesJson, changesText } from '../rules/changes-between.ts';
import { failAtProblem } from '../rules/fail-at-problem.ts';
import { parseStored } from '../rules/parse-stored.ts';
import { toJsonChange, unknownKey } from '../rules/to-json-change.ts';
import { tenantNotFound } from '../tenant-not-found.ts';
import { readYamlFile } from '../yaml/read-yaml-file.ts';

interface Options {
  readonly file: string;
  readonly replace?: boolean;
}

export const tenantDefaultsSet: Verb = (act) =>
  new Command('set')
    .description("set keys of a tenant's defaults; a key that the file does not have stays, and one that is null goes")
    .argument('<tenant id>', 'a UUID', uuid)
    .requiredOption('--file <path>', 'YAML or JSON, as docs/rules.md describes it')
    .option('--replace', 'take away the keys that the file does not have')
    .addHelpText(
      'after',
      examples('dialplane tenant defaults set 11111111-1111-4111-8111-111111111111 --file defaults.yaml'),
    )
    .action(
      act(async ({ store }, tenantId: string, { file: path, replace }: Options) => {
        const file = await readYamlFile(path, 'defaults', '--file');
        const change = toJsonChange(file, TENANT_DEFAULT_KEYS, replace === true);
        const [other] = Object.keys(change.others);
        if (other !== undefined) file.fail([other], unknownKey(other, TENANT_DEFAULT_KEYS));
        const alone = readTenantDefaults(change.set);
        if (alone.kind === 'problem') failAtProblem(file, alone.problem);

        const { tenants, snapshotVersion } = await store();
        const show = `dialplane tenant defaults show ${tenantId}`;
        const outcome = await tenants.changeRoutingDefaults(tenantId, change, async ({ after }) => {
          const reading = readTenantDefaultsText(after);
          if (reading.kind === 'problem')
            throw refused(
              'tenant_defaults_invalid',
              `With this change the tenant would have defaults that cannot be used: ${reading.problem}. Nothing was changed.`,
              `See what it has: ${show}`,
            );
        });
        if (outcome === undefined) throw tenantNotFound(tenantId);
        if (outcome.kind === 'not_an_object')
          throw refused(
            'tenant_defaults_invalid',
            "The tenant's defaults are not a JSON object. Nothing was changed.",
            `Look at them: ${show}; and replace them: dialplane tenant defaults set ${tenantId} --file <path> --replace`,
          );
        const defaults = parseStored(outcome.after);
        const changes = changesBetween(parseStored(outcome.before), defaults);
        return reportChanged(
          outcome.kind === 'changed',
          `defaults of tenant ${tenantId}`,
          { tenantId, defaults, changes: changesJson(changes) },
          changesText(changes),
          await snapshotVersion(),
        );
      }),
    );
