import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { CARRIER_BEHAVIOURS, carrierBehaviour } from '../src/carrier-behaviour.ts';
import { sipRefusal } from '../src/sip-refusal.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the table of numbers is the one that the simulator goes by', () => {
  const rows = [...README.matchAll(/^\| (\d[\dn]) \| (.*) \|$/gm)].map(([, digits, says]) => ({ digits, says }));
  expect(rows).toEqual(CARRIER_BEHAVIOURS.map(({ digits, says }) => ({ digits, says })));
});

test('of every code that a carrier may give it is known what LiveKit makes of it', () => {
  for (let last = 0; last < 100; last++) {
    const { end } = carrierBehaviour(`+121255501${String(last).padStart(2, '0')}`);
    if (end.kind === 'refused') expect(sipRefusal(end.sipCode).phrase).not.toBe('');
  }
  expect(() => sipRefusal(299)).toThrow(/not known/);
});
