import type { Command } from 'commander';

import { badUsage } from './refusal.ts';

/** Refuses an option together with its `--no-` twin: commander lets the last one win. Throws a Refusal while parsing. */
export function refuseOpposites(command: Command): void {
  const said = new Map<string, string>();
  for (const option of command.options) {
    const flag = option.long ?? '';
    command.on(`option:${option.name()}`, () => {
      const name = option.attributeName();
      const other = said.get(name) ?? flag;
      if (other !== flag) throw badUsage(`Options ${other} and ${flag} exclude each other.`, 'Leave one of them out');
      said.set(name, flag);
    });
  }
}
