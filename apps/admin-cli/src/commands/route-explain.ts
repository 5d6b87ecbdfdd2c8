import { callUnary } from '@dialplane/grpc';
import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { agentId, fromNumber, toNumber } from '../arguments.ts';
import { askServer } from '../ask-server.ts';
import { decisionJson, decisionText, traceText } from '../describe-decision.ts';
import { examples } from '../examples.ts';
import { callerOptions, minSnapshotOption, readCaller, routerOption } from '../options.ts';
import type { CallerOptions } from '../options.ts';
import { word } from '../word.ts';

/** Longer than the router waits for a snapshot version. */
const TIMEOUT_MS = 15_000;

interface Options extends CallerOptions {
  readonly from: string;
  readonly to: string;
  readonly agent?: string;
  readonly minSnapshotVersion?: string;
  readonly router?: string;
}

export const routeExplain: Verb = (act) => {
  const command = new Command('explain')
    .description('show how a call would be routed, step by step; nobody is rung')
    .requiredOption('--from <number>', "the tenant's number: E.164 or bare digits", fromNumber)
    .requiredOption('--to <number>', 'whom to call, E.164', toNumber)
    .option('--agent <agent id>', "the agent's id in your own system", agentId)
    .addHelpText(
      'after',
      examples(
        'dialplane route explain --from +12125550100 --to +12125550199 --initiated-by 22222222-2222-4222-8222-222222222222',
        'dialplane route explain --from 2125550100 --to +12125550199 --tenant 11111111-1111-4111-8111-111111111111',
      ),
    );
  for (const option of [...callerOptions(), minSnapshotOption(), routerOption()]) command.addOption(option);
  return command.action(
    act(async (tools, options: Options) => {
      const request = {
        ...readCaller(options),
        fromNumber: options.from,
        toNumber: options.to,
        agentId: options.agent ?? '',
        minSnapshotVersion: options.minSnapshotVersion ?? '',
      };
      const client = tools.router(options.router);
      const { response, trace } = await askServer('router', client, TIMEOUT_MS, (sendOptions) =>
        callUnary(client.explainRoute.bind(client), { request }, sendOptions),
      );
      const decision = response ?? { outcome: undefined };
      return {
        json: {
          ...decisionJson(decision),
          trace: trace.map((step) => ({ ...step, outcome: word(step.outcome, 'STEP_OUTCOME') })),
        },
        text: `${decisionText(decision)}\n\n${traceText(trace)}`,
        exitCode: decision.outcome?.$case === 'route' ? 0 : 1,
      };
    }),
  );
};
