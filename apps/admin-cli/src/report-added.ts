import type { Report } from './report.ts';
import { bold, DASH, fields, TICK, visible } from './text.ts';

type Values = Parameters<typeof fields>[number];

/** What an `add` says: that it added, or that it was there already. */
export function reportAdded(
  outcome: 'added' | 'existed',
  what: string,
  json: Readonly<Record<string, unknown>>,
  values: Values,
  snapshotVersion: string,
): Report {
  const headline =
    outcome === 'added'
      ? `${TICK} ${bold(visible(`Added ${what}`))}`
      : `${DASH} ${visible(what)}: already there, nothing changed`;
  return {
    json: { outcome, ...json, snapshotVersion },
    text: `${headline}\n${fields({ ...values, 'snapshot version': snapshotVersion })}`,
  };
}
