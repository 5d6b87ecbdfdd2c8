import type { Call } from '@dialplane/contracts';

import { dim } from '../text.ts';
import { msBetween, spanText } from './span.ts';

const WIDTH = 60;

interface Phase {
  readonly name: string;
  readonly glyph: string;
  readonly ms: number;
}

/** The call as one bar, each phase as long as it lasted, and what the glyphs mean; undefined before anything lasted. */
export function phaseBar(call: Call): string | undefined {
  const phases = phasesOf(call);
  const total = phases.reduce((sum, { ms }) => sum + ms, 0);
  if (total === 0) return undefined;
  // However short, a phase that was there is seen.
  const bar = phases.map(({ glyph, ms }) => glyph.repeat(Math.max(1, Math.round((ms / total) * WIDTH)))).join('');
  const legend = phases.map(({ name, glyph, ms }) => `${glyph} ${name} ${spanText(ms)}`).join('   ');
  return `  ${bar}\n  ${dim(legend)}`;
}

/** What is not over yet lasts, so far, until the call last changed. */
function phasesOf({ createdAt, dialedAt, ringingAt, answeredAt, endedAt, updatedAt }: Call): Phase[] {
  const end = endedAt ?? updatedAt;
  const dialed = dialedAt ?? ringingAt ?? answeredAt;
  const phases = [
    { name: dialed ? 'until dialled' : 'no dial seen', glyph: '·', ms: msBetween(createdAt, dialed ?? end) },
    { name: 'dialling', glyph: '░', ms: msBetween(dialedAt, ringingAt ?? answeredAt ?? end) },
    { name: 'ringing', glyph: '▒', ms: msBetween(ringingAt, answeredAt ?? end) },
    { name: 'talking', glyph: '█', ms: msBetween(answeredAt, end) },
  ];
  return phases.flatMap(({ ms, ...phase }) => (ms === null || ms === 0 ? [] : [{ ...phase, ms }]));
}
