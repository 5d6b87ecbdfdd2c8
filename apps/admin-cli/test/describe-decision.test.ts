import { expect, test } from '@jest/globals';
import { Fault, RejectionReason, RouteSource, StepOutcome } from '@dialplane/contracts';
import type { Route } from '@dialplane/contracts';
import { stripVTControlCharacters } from 'node:util';

import { decisionJson, decisionText, traceJson, traceText } from '../src/describe-decision.ts';
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
      dialString: '+12125550199',
      callerIdString: '+12125550100',
      sipHeaders: {},
    },
    {
      livekitConfigId: '',
      deployment: 'https://b.example.com',
      serverUrl: 'wss://b.example.com',
      sipTrunkId: 'ST_b',
      agentName: 'agent-b',
      callerId: '+12125550100',
      dialString: '+12125550199',
      callerIdString: '+12125550100',
      sipHeaders: {},
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

const STEP = {
  step: 'policy',
  outcome: StepOutcome.UNRECOGNIZED,
  lookedAt: 'x\u001b[2J',
  concluded: 'y',
  reason: RejectionReason.UNSPECIFIED,
  fault: Fault.UNSPECIFIED,
  hint: '',
} as const;

test('a step of a newer router is shown without a mark of ours, and cannot move the cursor', () => {
  expect(traceText([STEP])).toBe('  · policy  x\\u{1b}[2J: y');
});

test('a step that refuses says its reason and what to do; others have none', () => {
  const refusing = {
    ...STEP,
    outcome: StepOutcome.REFUSED,
    lookedAt: 'x',
    reason: RejectionReason.DO_NOT_CALL,
    fault: Fault.CALLEE,
    hint: 'do this',
  };
  expect(stripVTControlCharacters(traceText([refusing]))).toBe('  ✗ policy  x: y\n            do_not_call: do this');
  expect(traceJson([refusing, STEP])).toEqual([
    {
      step: 'policy',
      outcome: 'refused',
      lookedAt: 'x',
      concluded: 'y',
      reason: 'do_not_call',
      fault: 'callee',
      hint: 'do this',
    },
    { step: 'policy', outcome: 'unrecognized', lookedAt: 'x\u001b[2J', concluded: 'y' },
  ]);
});

test('what a carrier is sent is shown where it is not the number itself', () => {
  const [first] = ROUTE.targets;
  if (first === undefined) throw new Error('The route has no target.');
  const target = { ...first, callerIdString: '02125550100', sipHeaders: { 'X-Line': '1' } };
  const text = decisionText({ outcome: { $case: 'route', value: { ...ROUTE, targets: [target] } } });
  expect(stripVTControlCharacters(text)).toMatch(
    /caller id +\+12125550100, sent as 02125550100\n +dials +\+12125550199\n +sip headers +\{"X-Line":"1"\}/,
  );
});
