import { readRules, RULE_KEYS, toE164 } from '@dialplane/tenancy';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { ownNumber } from '../arguments.ts';
import { describeNumber } from '../describe-number.ts';
import { examples } from '../examples.ts';
import { findNumber, spell } from '../find-number.ts';
import { tenantOption } from '../options.ts';
import { refused } from '../refusal.ts';
import { reportChanged } from '../report-changed.ts';
import { changesBetween, changesJson, changesText } from '../rules/changes-between.ts';
import type { Dangling } from '../rules/dangling-names.ts';
import { failAtProblem } from '../rules/fail-at-problem.ts';
import { judgeRules, refuseOtherKeys } from '../rules/judge-rules.ts';
import { parseStored } from '../rules/parse-stored.ts';
import { readUsable } from '../rules/read-usable.ts';
import { toJsonChange } from '../rules/to-json-change.ts';
import { readYamlFile } from '../yaml/read-yaml-file.ts';

/** Stands for a config while a file is looked at by itself: the row may name one that the file does not. */
const SOME_CONFIG = { livekit_config: '00000000-0000-4000-8000-000000000000' };

interface Options {
  readonly file: string;
  readonly replace?: boolean;
  readonly tenant: string;
}

export const numberRulesSet: Verb = (act) =>
  new Command('set')
    .description(
      "set keys of a number's rules; a key that the file does not have stays, and one that is null goes. Keys of other services stay always",
    )
    .argument('<number>', "E.164, bare digits, or the number's id", ownNumber)
    .requiredOption('--file <path>', 'YAML or JSON, as docs/rules.md describes it')
    .option('--replace', "take away those of Dialplane's keys that the file does not have")
    .addOption(tenantOption())
    .addHelpText(
      'after',
      examples(
        'dialplane number rules set +12125550100 --file rules.yaml --tenant 11111111-1111-4111-8111-111111111111',
      ),
    )
    .action(
      act(async ({ store }, written: string, { file: path, replace, tenant }: Options) => {
        const file = await readYamlFile(path, 'rules', '--file');
        const change = toJsonChange(file, RULE_KEYS, replace === true);
        const alone = readRules({ ...SOME_CONFIG, ...change.set });
        if (alone.kind === 'problem') failAtProblem(file, alone.problem);

        const opened = await store();
        const row = await findNumber(opened.numbers, tenant, written);
        const usable = await readUsable(opened, tenant);
        const e164 = spell(row);
        const named = toE164(row) ?? row.id;
        const show = `dialplane number rules show ${named} --tenant ${tenant}`;
        let warnings: readonly Dangling[] = [];
        const outcome = await opened.numbers.changeRules(tenant, row.id, change, async (texts) => {
          refuseOtherKeys(file, change.others, texts.before);
          warnings = judgeRules(texts, usable, e164, show);
        });
        if (outcome === undefined)
          throw refused(
            'number_not_found',
            `The tenant has no number ${e164} any more.`,
            `See what it has: dialplane number list --tenant ${tenant}`,
          );
        if (outcome.kind === 'not_an_object')
          throw refused(
            'rules_invalid',
            `The rules of number ${e164} are not a JSON object. Nothing was changed.`,
            `Look at them: ${show}; and replace them: dialplane number rules set ${named} --file <path> --tenant ${tenant} --replace`,
          );
        const changes = changesBetween(parseStored(outcome.before), parseStored(outcome.after));
        const number = describeNumber(await findNumber(opened.numbers, tenant, row.id));
        const lines = Object.fromEntries(
          warnings.map(({ problem, hint }, index) => [`warning ${index + 1}`, `${problem} ${hint}`]),
        );
        return reportChanged(
          outcome.kind === 'changed',
          `rules of number ${e164}`,
          { number, changes: changesJson(changes), warnings: warnings.map(({ problem }) => problem) },
          { id: row.id, ...changesText(changes), ...lines },
          await opened.snapshotVersion(),
        );
      }),
    );
