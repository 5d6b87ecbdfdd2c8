import { Command, Option } from 'commander';

import type { Verb } from '../act.ts';
import { count, moment, uuid } from '../arguments.ts';
import { examples } from '../examples.ts';
import { minSnapshotOption, routerOption } from '../options.ts';
import { badUsage } from '../refusal.ts';
import { isEmpty, replayJson, replayText } from '../route/describe-replay.ts';
import { explainByRouter } from '../route/explain-by-router.ts';
import { explainBySnapshot } from '../route/explain-by-snapshot.ts';
import { ownersOf } from '../route/owners-of.ts';
import { readConfiguration } from '../route/read-configuration.ts';
import { readProposals } from '../route/read-proposals.ts';
import type { Proposal } from '../route/read-proposals.ts';
import { replay } from '../route/replay.ts';
import type { Sides } from '../route/replay.ts';
import { requestsOfFile, requestsOfHistories } from '../route/requests.ts';
import type { RequestBatch } from '../route/requests.ts';
import { stageProposals } from '../route/stage-proposals.ts';
import type { Tools } from '../wire.ts';
import { topOf } from '../yaml/place.ts';
import { readYamlFile } from '../yaml/read-yaml-file.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

interface Options {
  readonly rules: string;
  readonly days?: number;
  readonly requests?: string;
  readonly tenant?: string;
  readonly current?: string;
  readonly at?: Date;
  readonly failOnChange?: boolean;
  readonly router?: string;
  readonly minSnapshotVersion?: string;
}

export const routeDiff: Verb = (act) => {
  const command = new Command('diff')
    .description('replay requests on proposed rules and say which decisions would change; nothing is changed')
    .requiredOption('--rules <file>', 'numbers and all of the rules that each would have, YAML or JSON')
    .addOption(new Option('--days <count>', 'replay the calls of so many days').argParser(count).conflicts('requests'))
    .option('--requests <file>', 'replay these requests, one JSON object a line')
    .addOption(
      new Option(
        '--tenant <tenant id>',
        'whose calls, a UUID; with --days (default: of every tenant that has one of the numbers)',
      ).argParser(uuid),
    )
    .option('--current <file>', 'compare with this file of configuration, without a router')
    .addOption(
      new Option(
        '--at <moment>',
        'ask about every request as of this moment, or now (default: its own time)',
      ).argParser((text) => (text === 'now' ? new Date() : moment(text))),
    )
    .option('--fail-on-change', 'end with 1 when a decision changes, or two could not be compared, or nothing was')
    .addHelpText(
      'after',
      examples(
        'dialplane route diff --rules new.yaml --days 7',
        'dialplane route diff --rules new.yaml --days 7 --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane route diff --rules new.yaml --requests requests.jsonl --current configuration.yaml --fail-on-change',
      ),
    );
  for (const option of [minSnapshotOption(), routerOption()]) command.addOption(option);
  return command.action(
    act(async (tools, options: Options) => {
      const proposals = readProposals(topOf(await readYamlFile(options.rules, 'rules', '--rules')));
      const sides = await openSides(tools, options, proposals);
      const batches = atMoment(await openRequests(tools, options, proposals), options.at);
      const replayed = await replay(batches, proposals, sides, (requests) =>
        tools.progress.show(`${requests} requests`),
      );
      return {
        json: replayJson(replayed),
        text: replayText(replayed),
        exitCode:
          options.failOnChange === true && (isEmpty(replayed) || replayed.changed + replayed.skipped.unsettled > 0)
            ? 1
            : 0,
      };
    }),
  );
};

async function openSides(tools: Tools, options: Options, proposals: readonly Proposal[]): Promise<Sides> {
  const { current, router, minSnapshotVersion } = options;
  if (current === undefined) {
    const explain = explainByRouter(tools.router(router), minSnapshotVersion);
    return { present: explain, proposed: (question, { rules }) => explain(question, rules) };
  }
  if (router !== undefined || minSnapshotVersion !== undefined)
    throw badUsage(
      'With --current no router is asked.',
      'Leave --router and --min-snapshot-version away, or --current',
    );
  const snapshot = readConfiguration(topOf(await readYamlFile(current, 'configuration', '--current')));
  const now = new Date();
  const proposed = explainBySnapshot(stageProposals(snapshot, proposals), now);
  return { present: explainBySnapshot(snapshot, now), proposed: (question) => proposed(question) };
}

async function openRequests(
  tools: Tools,
  { days, requests, tenant }: Options,
  proposals: readonly Proposal[],
): Promise<AsyncIterable<RequestBatch>> {
  if (requests !== undefined) {
    if (tenant !== undefined)
      throw badUsage('--tenant goes with --days.', 'The requests of a file say themselves whose they are');
    return requestsOfFile(requests);
  }
  if (days === undefined)
    throw badUsage(
      'What is to be replayed? One of --days and --requests is missing.',
      'Add --days <count>, or --requests <file>',
    );
  const store = await tools.store();
  const since = new Date(Date.now() - days * DAY_MS);
  const tenants =
    tenant === undefined
      ? await ownersOf(store, proposals, (done, all) => tools.progress.show(`${done} of ${all} tenants`))
      : [tenant];
  return requestsOfHistories(store, tenants, since);
}

async function* atMoment(batches: AsyncIterable<RequestBatch>, at: Date | undefined): AsyncGenerator<RequestBatch> {
  for await (const batch of batches)
    yield at === undefined ? batch : { ...batch, questions: batch.questions.map((question) => ({ ...question, at })) };
}
