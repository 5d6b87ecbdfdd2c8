import type { DispatchRequest, WaitUntil } from '@dialplane/contracts';

import { createRandom, seedOf } from '../random.ts';
import type { Tenant } from './seed-fleet.ts';

/** The last two digits of a callee, by which the simulator behaves, and how often each comes. */
const CALLEES: readonly (readonly [digits: string, share: number])[] = [
  // Rings and talks for some tenths of a second.
  ['61', 15],
  ['65', 15],
  ['69', 10],
  // Never hangs up: the agent does.
  ['00', 10],
  ['12', 8],
  // Hangs up after some seconds.
  ['03', 8],
  ['24', 6],
  ['30', 5],
  ['33', 5],
  ['35', 2],
  ['36', 2],
  ['43', 3],
  ['50', 4],
  // The reply to the dial never comes.
  ['52', 2],
  ['53', 2],
  // The room is gone by the time at which it rings.
  ['55', 3],
];

const WAITS: readonly WaitUntil[] = [
  'WAIT_UNTIL_ACCEPTED',
  'WAIT_UNTIL_ROOM_READY',
  'WAIT_UNTIL_ROOM_READY',
  'WAIT_UNTIL_AGENT_READY',
  'WAIT_UNTIL_ANSWERED',
];
const REAL_AGENT_EVERY = 50;
/** The longest, in seconds: what is in doubt is so for a minute and a half longer. */
const RINGING = [3, 10] as const;
const MAX_DURATION_SECONDS = 60;

/** The nth request of a run: the same for the same seed. `callee`: the last two digits of all of them. */
export function createRequests(
  seed: number,
  tenants: readonly Tenant[],
  { realAgents, callee }: { readonly realAgents: boolean; readonly callee?: string | undefined },
): (n: number) => DispatchRequest {
  return (n) => {
    const random = createRandom(seedOf(seed, `request ${n}`));
    const { id: tenantId, numbers } = random.pick(tenants);
    const isReal = realAgents && n % REAL_AGENT_EVERY === REAL_AGENT_EVERY - 1;
    return {
      idempotencyKey: `chaos-${seed}-${n}`,
      initiatedBy: '',
      tenantId,
      fromNumber: isReal ? numbers.real : random.pick([numbers.dispatcher, numbers.claiming]),
      toNumber: `+121255501${isReal ? '03' : (callee ?? drawCallee(random.next()))}`,
      agentId: 'agent-7',
      purpose: 'PURPOSE_UNSPECIFIED',
      minSnapshotVersion: '',
      metadata: JSON.stringify({ n }),
      ringingTimeout: { seconds: random.between(...RINGING), nanos: 0 },
      maxDuration: { seconds: MAX_DURATION_SECONDS, nanos: 0 },
      waitUntil: random.pick(WAITS),
      onAgentLost: 'ON_AGENT_LOST_UNSPECIFIED',
    };
  };
}

function drawCallee(drawn: number): string {
  let left = drawn * CALLEES.reduce((sum, [, share]) => sum + share, 0);
  return CALLEES.find(([, share]) => (left -= share) < 0)?.[0] ?? '00';
}
