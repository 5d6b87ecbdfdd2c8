import type { RouteProblem } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { Command, Option } from 'commander';

import type { Verb } from '../act.ts';
import { uuid } from '../arguments.ts';
import { askServer } from '../ask-server.ts';
import { examples } from '../examples.ts';
import { routerOption } from '../options.ts';
import { bold, CROSS, fields, TICK, visible } from '../text.ts';

const TIMEOUT_MS = 15_000;
const PAGE_SIZE = 1_000;

interface Options {
  readonly tenant?: string;
  readonly router?: string;
}

export const routeProblems: Verb = (act) =>
  new Command('problems')
    .description('list the rows that the router cannot use as they are, and what to do about each')
    .addOption(new Option('--tenant <tenant id>', "of this tenant's rows only; a UUID").argParser(uuid))
    .addOption(routerOption())
    .addHelpText(
      'after',
      examples('dialplane route problems', 'dialplane route problems --tenant 11111111-1111-4111-8111-111111111111'),
    )
    .action(
      act(async (tools, { tenant = '', router }: Options) => {
        const client = tools.router(router);
        const problems: RouteProblem[] = [];
        const readPage = async (pageToken: string): Promise<string> => {
          const page = await askServer('router', client, TIMEOUT_MS, (options) =>
            callUnary(
              client.listRouteProblems.bind(client),
              { tenantId: tenant, pageSize: PAGE_SIZE, pageToken },
              options,
            ),
          );
          problems.push(...page.problems);
          tools.progress.show(`${problems.length} problems`);
          return page.nextPageToken === '' ? page.snapshotVersion : readPage(page.nextPageToken);
        };
        const snapshotVersion = await readPage('');
        const version = fields({ 'snapshot version': snapshotVersion });
        const verdict =
          problems.length === 0
            ? `${TICK} ${bold('Every row can be used')}`
            : `${CROSS} ${bold(problems.length === 1 ? '1 row cannot be used as it is' : `${problems.length} rows cannot be used as they are`)}`;
        return {
          json: { problems, snapshotVersion },
          text: [...problems.map(problemText), verdict, version].join('\n'),
          exitCode: problems.length === 0 ? 0 : 1,
        };
      }),
    );

function problemText({ table, rowId, tenantId, problem, hint }: RouteProblem): string {
  const owner = tenantId === '' ? '' : ` of tenant ${tenantId}`;
  return `${CROSS} ${bold(visible(`${table} ${rowId}`))}${visible(owner)}\n  ${visible(problem)}\n  ${visible(hint)}`;
}
