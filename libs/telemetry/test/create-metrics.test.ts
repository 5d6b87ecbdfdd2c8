import { expect, test } from '@jest/globals';

import { createMetrics } from '../src/index.ts';

test('serves what was counted, and nothing but GET /metrics', async () => {
  const metrics = createMetrics();
  const counter = metrics.counter('dialplane_test_total', 'Counted here');
  const { address, close } = await metrics.serve('127.0.0.1:0');
  counter.inc();
  counter.inc();
  const reply = await fetch(`http://${address}/metrics`);
  expect(await reply.text()).toContain(
    '# HELP dialplane_test_total Counted here\n# TYPE dialplane_test_total counter\ndialplane_test_total 2\n',
  );
  expect((await fetch(`http://${address}/`)).status).toBe(404);
  expect((await fetch(`http://${address}/metrics`, { method: 'POST' })).status).toBe(404);
  await close();
  await expect(fetch(`http://${address}/metrics`)).rejects.toThrow();
});

test('two processes in one, as in tests, do not share their figures', () => {
  createMetrics().counter('dialplane_test_total', 'Counted here');
  expect(() => createMetrics().counter('dialplane_test_total', 'Counted here')).not.toThrow();
});

test('an address that is taken is an error', async () => {
  const first = await createMetrics().serve('127.0.0.1:0');
  await expect(createMetrics().serve(first.address)).rejects.toThrow(/EADDRINUSE/);
  await first.close();
});

test.each(['', '9464', ':9464', '127.0.0.1', '127.0.0.1:70000', '::1:9464', 'http://127.0.0.1:9464'])(
  '"%s" is refused with the form that is wanted',
  async (listen) => {
    await expect(createMetrics().serve(listen)).rejects.toThrow(/host:port/);
  },
);
