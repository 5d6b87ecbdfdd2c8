import { expect, jest, test } from '@jest/globals';
import { LiveKitError } from '@dialplane/livekit';

import { createDeploymentHealth } from '../../src/health/deployment-health.ts';
import { probeDeployment } from '../../src/health/probe-deployment.ts';
import type { DeploymentCredential } from '../../src/targets/open-credential.ts';

const ORIGIN = 'https://one.example.com';
const CREDENTIAL: DeploymentCredential = {
  url: ORIGIN,
  apiKey: 'key',
  apiSecret: 'x'.repeat(32),
};

test('a deployment is asked with the key that was last used there', async () => {
  const asked: DeploymentCredential[] = [];
  const connect = (credential: DeploymentCredential) => ({ probe: async () => void asked.push(credential) });
  await probeDeployment(new Map([[ORIGIN, CREDENTIAL]]), connect, ORIGIN);
  expect(asked).toEqual([CREDENTIAL]);
});

test('what it answers is what the probe answers', async () => {
  const down = new LiveKitError('timeout', 'unknown', 'It failed.');
  const connect = () => ({ probe: () => Promise.reject(down) });
  await expect(probeDeployment(new Map([[ORIGIN, CREDENTIAL]]), connect, ORIGIN)).rejects.toBe(down);
});

test('a deployment of which no key is known stays ejected, and is back once it was asked', async () => {
  jest.useFakeTimers();
  const lastUsed = new Map<string, DeploymentCredential>();
  const connect = () => ({ probe: async () => {} });
  await expect(probeDeployment(lastUsed, connect, ORIGIN)).rejects.toMatchObject({
    kind: 'unreachable',
    outcome: 'not_sent',
  });
  const health = createDeploymentHealth({ probe: (origin) => probeDeployment(lastUsed, connect, origin) });
  try {
    for (let time = 0; time < 5; time++) health.failed(ORIGIN, new LiveKitError('timeout', 'unknown', 'Down.'));
    await jest.advanceTimersByTimeAsync(30_500);
    expect(health.isEjected(ORIGIN)).toBe(true);
    lastUsed.set(ORIGIN, CREDENTIAL);
    await jest.advanceTimersByTimeAsync(10_500);
    expect(health.isEjected(ORIGIN)).toBe(false);
  } finally {
    health.stop();
    jest.useRealTimers();
  }
});
