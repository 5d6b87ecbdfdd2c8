import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { fromNumber } from '../arguments.ts';
import { examineNumber } from '../doctor/examine-number.ts';
import { STEP_NAMES } from '../doctor/step.ts';
import type { Step } from '../doctor/step.ts';
import { examples } from '../examples.ts';
import { tenantOption } from '../options.ts';
import { bold, CROSS, DASH, dim, TICK, visible, WARNING } from '../text.ts';

const MARKS: Readonly<Record<Step['outcome'], string>> = {
  passed: TICK,
  noted: WARNING,
  failed: CROSS,
  not_reached: DASH,
  not_asked: DASH,
};
const WIDTH = Math.max(...STEP_NAMES.map((name) => name.length));

interface Options {
  readonly tenant: string;
  readonly launchAgent?: boolean;
}

export const numberCheck: Verb = (act) =>
  new Command('check')
    .description(
      'find out what keeps calls of a number from going out: number, rules, config, secret, server, key, trunk, agent',
    )
    .argument('<number>', 'E.164 or bare digits', fromNumber)
    .addOption(tenantOption())
    .option('--launch-agent', 'also let the agent name answer, in a throw-away room; nobody is dialled')
    .addHelpText(
      'after',
      examples(
        'dialplane number check +12125550100 --tenant 11111111-1111-4111-8111-111111111111',
        'dialplane number check +12125550100 --tenant 11111111-1111-4111-8111-111111111111 --launch-agent',
      ),
    )
    .action(
      act(async (tools, number: string, { tenant, launchAgent }: Options) => {
        const steps: Step[] = [];
        for await (const step of examineNumber(tools, {
          tenantId: tenant,
          number,
          isAgentAsked: launchAgent === true,
          now: new Date(),
        })) {
          steps.push(step);
          tools.say(stepText(step));
        }
        const failures = steps.filter((step) => step.outcome === 'failed');
        const [failure] = failures;
        return {
          json: { number, tenantId: tenant, healthy: failure === undefined, steps: steps.map(stepJson) },
          text: verdict(number, failure === undefined, launchAgent === true),
          exitCode: failure === undefined ? 0 : failures.some(({ isOutOfReach }) => isOutOfReach) ? 3 : 1,
        };
      }),
    );

function verdict(number: string, isHealthy: boolean, isAgentAsked: boolean): string {
  if (!isHealthy) return `${CROSS} ${bold(`Calls from ${number} cannot go out`)}`;
  return `${TICK} ${bold(`Calls from ${number} can go out`)}${isAgentAsked ? '' : ', if an agent is there: --launch-agent asks for one'}`;
}

function stepText(step: Step): string {
  const line = `${MARKS[step.outcome]} ${step.name.padEnd(WIDTH)}  ${step.outcome.startsWith('not_') ? dim(step.finding) : visible(step.finding)}`;
  return step.outcome === 'failed' ? `${line}\n${' '.repeat(WIDTH + 4)}${visible(step.hint)}` : line;
}

function stepJson(step: Step) {
  if (step.outcome !== 'failed') return step;
  const { isOutOfReach: _, ...shown } = step;
  return shown;
}
