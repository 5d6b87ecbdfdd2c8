import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { examples } from '../examples.ts';
import { minSnapshotOption, routerOption } from '../options.ts';
import { badUsage } from '../refusal.ts';
import { compareAnswer } from '../route/compare-answer.ts';
import { caseJson, caseText, verdictText } from '../route/describe-case.ts';
import type { JudgedCase } from '../route/describe-case.ts';
import { explainByRouter } from '../route/explain-by-router.ts';
import { explainBySnapshot } from '../route/explain-by-snapshot.ts';
import { inParallel } from '../route/in-parallel.ts';
import { namesOfSnapshot, namesOfStore } from '../route/names.ts';
import { readCases } from '../route/read-cases.ts';
import { readConfiguration } from '../route/read-configuration.ts';
import { topOf } from '../yaml/place.ts';
import { readYamlFile } from '../yaml/read-yaml-file.ts';

interface Options {
  readonly rules?: string;
  readonly router?: string;
  readonly minSnapshotVersion?: string;
}

export const routeTest: Verb = (act) => {
  const command = new Command('test')
    .description('hold routing decisions against a file of cases; nobody is rung')
    .argument('<cases file>', 'YAML or JSON, as docs/route-tests.md describes it')
    .option('--rules <file>', 'decide from this file of configuration, without a router or a database')
    .addHelpText(
      'after',
      examples('dialplane route test cases.yaml', 'dialplane route test cases.yaml --rules configuration.yaml'),
    );
  for (const option of [minSnapshotOption(), routerOption()]) command.addOption(option);
  return command.action(
    act(async (tools, path: string, { rules, router, minSnapshotVersion }: Options) => {
      if (rules !== undefined && (router !== undefined || minSnapshotVersion !== undefined))
        throw badUsage(
          'With --rules no router is asked.',
          'Leave --router and --min-snapshot-version away, or --rules',
        );
      const cases = readCases(topOf(await readYamlFile(path, 'cases', 'route test')));
      const snapshot =
        rules === undefined
          ? undefined
          : readConfiguration(topOf(await readYamlFile(rules, 'configuration', '--rules')));
      const explain =
        snapshot === undefined
          ? explainByRouter(tools.router(router), minSnapshotVersion)
          : explainBySnapshot(snapshot, new Date());
      const names = snapshot === undefined ? namesOfStore(tools.store) : namesOfSnapshot(snapshot);
      const judged = await inParallel(cases, async (one, done): Promise<JudgedCase> => {
        tools.progress.show(`${done} of ${cases.length} cases`);
        const answered = await explain(one.question);
        return { case: one, answered, differences: await compareAnswer(answered.answer, one.expected, names) };
      });
      const failed = judged.filter(({ differences }) => differences.length > 0).length;
      return {
        json: { passed: judged.length - failed, failed, cases: judged.map(caseJson) },
        text: [...judged.map(caseText), verdictText(judged.length, failed)].join('\n'),
        exitCode: failed === 0 ? 0 : 1,
      };
    }),
  );
};
