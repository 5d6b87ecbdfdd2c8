import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { expect, test } from '@jest/globals';
import { RouterClient } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { startApp } from '@dialplane/real-parts';
import { credentials } from '@grpc/grpc-js';

import { createCase, NUMBER, TENANT, USER } from './case.ts';

const APP = resolve(import.meta.dirname, '..');
const TSC = resolve(APP, '../../node_modules/.bin/tsc');

test('the JavaScript that `npm run build` makes for images answers like the source', async () => {
  execFileSync(TSC, ['--build', APP]);
  const data = await createCase();
  const env = {
    ...process.env,
    NODE_OPTIONS: '--conditions=dialplane-built',
    DATABASE_URL: data.urls.router,
    DB_SCHEMA: data.schema,
    ROUTER_LISTEN: '127.0.0.1:0',
    SNAPSHOT_FILE: 'off',
  };
  const router = await startApp({ name: 'router', entry: `${APP}/dist/main.js`, env });
  const client = new RouterClient(router.address, credentials.createInsecure());
  try {
    const request = {
      initiatedBy: USER,
      tenantId: '',
      fromNumber: NUMBER,
      toNumber: '+12125550199',
      agentId: '',
      purpose: 'PURPOSE_UNSPECIFIED' as const,
      routingKey: '',
      minSnapshotVersion: '',
    };
    const { outcome } = await callUnary(client.routeCall.bind(client), request);
    expect(outcome).toMatchObject({ $case: 'route', value: { tenantId: TENANT } });
  } finally {
    client.close();
    await router.stop();
    await data.drop();
  }
});
