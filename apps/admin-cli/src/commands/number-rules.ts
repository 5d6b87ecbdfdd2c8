import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { numberRulesSet } from './number-rules-set.ts';
import { numberRulesShow } from './number-rules-show.ts';

export const numberRules: Verb = (act) =>
  new Command('rules')
    .description('what a number may do and which way its calls go')
    .addCommand(numberRulesShow(act))
    .addCommand(numberRulesSet(act));
