import type { RouteCallResponse } from '@dialplane/contracts';
import type { Purpose } from '@dialplane/routing';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { agentId, fromNumber, idempotencyKey, toNumber } from '../arguments.ts';
import { decisionJson, decisionText, traceJson, traceText } from '../describe-decision.ts';
import { examples } from '../examples.ts';
import { atOption, callerOptions, minSnapshotOption, purposeOption, readCaller, routerOption } from '../options.ts';
import type { CallerOptions } from '../options.ts';
import { explainRoute } from '../route/explain-by-router.ts';
import { readProposedRules } from '../route/read-proposed-rules.ts';
import type { ProposedRules } from '../route/read-proposed-rules.ts';
import { ageSecondsOf, ageText, expiryOf } from '../route/snapshot-age.ts';
import { bold, visible, WARNING } from '../text.ts';

interface Options extends CallerOptions {
  readonly from: string;
  readonly to: string;
  readonly agent?: string;
  readonly purpose?: Purpose;
  readonly routingKey?: string;
  readonly at?: Date;
  readonly rules?: string;
  readonly minSnapshotVersion?: string;
  readonly router?: string;
}

export const routeExplain: Verb = (act) => {
  const command = new Command('explain')
    .description('show how a call would be routed, step by step; nobody is rung')
    .requiredOption('--from <number>', "the tenant's number: E.164 or bare digits", fromNumber)
    .requiredOption('--to <number>', 'whom to call, E.164', toNumber)
    .option('--agent <agent id>', "the agent's id in your own system", agentId)
    .option(
      '--routing-key <key>',
      'what the draw among equal targets is made by (default: both numbers)',
      idempotencyKey,
    )
    .option('--rules <file>', 'decide as if these were all of the rules of the number, YAML or JSON')
    .addHelpText(
      'after',
      examples(
        'dialplane route explain --from +12125550100 --to +12125550199 --initiated-by 22222222-2222-4222-8222-222222222222',
        'dialplane route explain --from 2125550100 --to +12125550199 --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane route explain --from +12125550100 --to +12125550199 --tenant 11111111-1111-4111-8111-111111111111 \\',
        '  --purpose promotional --at 2026-11-25T21:30:00-05:00 --rules rules.yaml',
      ),
    );
  for (const option of [purposeOption(), atOption(), ...callerOptions(), minSnapshotOption(), routerOption()])
    command.addOption(option);
  return command.action(
    act(async (tools, options: Options) => {
      const { initiatedBy, tenantId } = readCaller(options);
      const proposed = options.rules === undefined ? undefined : await readProposedRules(options.rules);
      const explained = await explainRoute(
        tools.router(options.router),
        {
          ...options,
          initiatedBy,
          tenantId,
          purpose: options.purpose,
          agent: options.agent,
          routingKey: options.routingKey,
          at: options.at,
        },
        { proposedRules: proposed?.text, minSnapshotVersion: options.minSnapshotVersion ?? '' },
      );
      const { response, trace, isExpired } = explained;
      const expiry = expiryOf(explained);
      const decision = response ?? { outcome: undefined };
      const ageSeconds = ageSecondsOf(explained);
      const age = ageSeconds === null ? {} : { 'snapshot age': ageText(ageSeconds) };
      const first = [
        ...(expiry === undefined ? [] : [`${WARNING} ${bold(expiry.message)}`, `  ${expiry.hint}`]),
        ...(proposed === undefined ? [] : proposedLines(proposed)),
      ];
      return {
        json: {
          ...decisionJson(decision),
          trace: traceJson(trace),
          snapshotAgeSeconds: ageSeconds,
          isExpired,
          ...(proposed === undefined ? {} : { warnings: proposed.warnings }),
        },
        text: [...first, decisionText(decision, age), '', traceText(trace, saidHint(decision))].join('\n'),
        exitCode: decision.outcome?.$case === 'route' && !isExpired ? 0 : 1,
      };
    }),
  );
};

const proposedLines = ({ path, warnings }: ProposedRules): string[] => [
  `As if the number's rules were those of ${visible(path)}`,
  ...warnings.map((warning) => `${WARNING} ${visible(warning)}`),
];

const saidHint = ({ outcome }: RouteCallResponse): string | undefined =>
  outcome?.$case === 'rejection' ? outcome.value.hint : undefined;
