import { expect, test } from '@jest/globals';

import { planFaults } from '../src/faults.ts';
import { createRequests } from '../src/parts/requests.ts';
import { createRandom } from '../src/random.ts';
import { readSettings } from '../src/settings.ts';

const tenants = [
  { id: 'one', numbers: { dispatcher: '+12125550101', claiming: '+12125550102', real: '+12125550103' } },
  { id: 'two', numbers: { dispatcher: '+12125550111', claiming: '+12125550112', real: '+12125550113' } },
];

test('as many kills as asked for, and some of everything else, in the same order for the same seed', () => {
  const plan = planFaults({ kill: 40 }, createRandom(1));
  expect(plan.filter((fault) => fault === 'kill')).toHaveLength(40);
  expect(new Set(plan).size).toBe(6);
  expect(planFaults({ kill: 40 }, createRandom(1))).toEqual(plan);
  expect(planFaults({ kill: 40 }, createRandom(2))).not.toEqual(plan);
  expect(planFaults({ kill: 1, freeze: 0, postgres: 0, livekit: 0, cut: 0, restart: 0 }, createRandom(1))).toEqual([
    'kill',
  ]);
});

test('the nth request is the same for the same seed: a caller that asks again sends the same', () => {
  const requests = createRequests(5, tenants, { realAgents: true });
  const again = createRequests(5, tenants, { realAgents: true });
  for (let n = 0; n < 200; n++) expect(again(n)).toEqual(requests(n));
  expect(new Set(Array.from({ length: 200 }, (_, n) => requests(n).idempotencyKey)).size).toBe(200);
  const real = Array.from({ length: 200 }, (_, n) => requests(n)).filter(({ fromNumber }) => fromNumber.endsWith('3'));
  expect(real).toHaveLength(4);
});

test('the command line says how much', () => {
  expect(readSettings(['--kills', '3', '--json', '--seed', '9'])).toMatchObject({
    kills: 3,
    calls: 30,
    seed: 9,
    dispatchers: 2,
    json: true,
    sabotage: true,
    realAgents: true,
  });
  expect(readSettings(['--help'])).toBe('help');
  expect(readSettings(['--dispatchers', '4'])).toMatchObject({ dispatchers: 4 });
  expect(() => readSettings(['--kills', 'many'])).toThrow('--kills');
  expect(() => readSettings(['--dispatchers', '1'])).toThrow('--dispatchers is to be 2 or more');
});
