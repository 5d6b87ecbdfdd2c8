import type { Report } from './report.ts';
import { bold, DASH, fields, TICK, visible } from './text.ts';

type Values = Parameters<typeof fields>[number];

/** What a command that changes something says: that it did, or that there was nothing to change. */
export function reportChanged(
  isChanged: boolean,
  what: string,
  json: Readonly<Record<string, unknown>>,
  values: Values,
  snapshotVersion: string,
): Report {
  const headline = isChanged
    ? `${TICK} ${bold(visible(`Changed ${what}`))}`
    : `${DASH} ${visible(what)}: already so, nothing changed`;
  return {
    json: { outcome: isChanged ? 'changed' : 'unchanged', ...json, snapshotVersion },
    text: `${headline}\n${fields({ ...values, 'snapshot version': snapshotVersion })}`,
  };
}
