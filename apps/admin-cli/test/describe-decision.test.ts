import { expect, test } from '@jest/globals';
import { RouteSource, StepOutcome } from '@dialplane/contracts';
import type { Route } from '@dialplane/contracts';
import { stripVTControlCharacters } from 'node:util';

import { decisionJson, decisionText, traceText } from '../src/describe-decision.ts';
import { sourceText } from '../src/source-text.ts';

const ROUTE: Route = {
  targets: [
    {
      livekitConfigId: '',
      deployment: 'https://a.example.com',
      serverUrl: 'wss://a.example.com',
      sipTrunkId: 'ST_a',
      agentName: 'agent-a',
      callerId: '+12125550100',
    },
    {
      livekitConfigId: '',
      deployment: 'https://b.example.com',
      serverUrl: 'wss://b.example.com',
      sipTrunkId: 'ST_b',
      agentName: 'agent-b',
      callerId: '+12125550100',
    },
  ],
  source: RouteSource.ENVIRONMENT,
  tenantId: '11111111-1111-4111-8111-111111111111',
  number: undefined,
  snapshotVersion: 'e.1',
  expiresAt: new Date('2030-01-01T00:00:00Z'),
  notes: [],
};

test('credentials that come from the environment are loud', () => {
  expect(sourceText('ROUTE_SOURCE_ENVIRONMENT')).toContain('using environment credentials, not the database');
  expect(sourceText('ROUTE_SOURCE_DATABASE')).toBe('database');
  expect(decisionText({ outcome: { $case: 'route', value: ROUTE } })).toContain('using environment credentials');
  expect(decisionJson({ outcome: { $case: 'route', value: ROUTE } })).toMatchObject({
    outcome: 'routed',
    route: { source: 'environment' },
  });
});

test('several targets are numbered in their order', () => {
  const text = stripVTControlCharacters(decisionText({ outcome: { $case: 'route', value: ROUTE } }));
  expect(text).toMatch(/target +1\n.*a\.example\.com[^]*target +2\n.*b\.example\.com/);
});

test('a decision of a newer router that this version does not know is not taken for a route', () => {
  expect(decisionText({ outcome: undefined })).toMatch(/✗/);
  expect(decisionJson({ outcome: undefined })).toEqual({ outcome: 'unknown' });
});

test('a step of a newer router is shown without a mark of ours, and cannot move the cursor', () => {
  const text = traceText([
    { step: 'policy', outcome: StepOutcome.UNRECOGNIZED, lookedAt: 'x\u001b[2J', concluded: 'y' },
  ]);
  expect(text).toBe('  · policy  x\\u{1b}[2J: y');
});
