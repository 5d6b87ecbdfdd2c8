import { expect, test } from '@jest/globals';

import { agentIdentity, calleeIdentity } from '../src/index.ts';

test('an agent has the identity that LiveKit gives it, and the callee one that no agent has', () => {
  expect(agentIdentity('AJ_1')).toBe('agent-AJ_1');
  expect(calleeIdentity('44444444-4444-4444-8444-444444444444')).toBe('callee-44444444444444448444444444444444');
});
