import type { Target } from '@dialplane/routing';
import type { LiveKitCredential } from '@dialplane/tenancy';

import type { Tools } from '../wire.ts';
import { checkRoute } from './check-route.ts';
import { checkSecret } from './check-secret.ts';
import { checkServer } from './check-server.ts';
import { checkTrunk } from './check-trunk.ts';
import { launchAgent } from './launch-agent.ts';
import { STEP_NAMES } from './step.ts';
import type { Step } from './step.ts';

export interface Examination {
  readonly tenantId: string;
  readonly number: string;
  readonly isAgentAsked: boolean;
  /** The moment of the decision. */
  readonly now: Date;
}

/** Asks the doctor's questions one after the other, up to the first that fails; yields every step as it is known. */
export async function* examineNumber(tools: Tools, examination: Examination): AsyncGenerator<Step> {
  const done = new Set<Step['name']>();
  for await (const step of ask(tools, examination)) {
    done.add(step.name);
    yield step;
  }
  for (const name of STEP_NAMES) {
    if (done.has(name)) continue;
    const isLeftOut = name === 'agent' && !examination.isAgentAsked;
    yield isLeftOut
      ? { name, outcome: 'not_asked', finding: 'not asked: --launch-agent lets the agent name answer' }
      : { name, outcome: 'not_reached', finding: 'not reached' };
  }
}

/** Where rules name several configs, each is examined, whatever became of the one before. */
async function* ask(tools: Tools, { tenantId, number, isAgentAsked, now }: Examination): AsyncGenerator<Step> {
  const store = await tools.store();
  const { steps, targets } = await checkRoute(store, tenantId, number, now);
  yield* steps;
  const ids = [...new Set(targets.map(({ livekitConfigId }) => livekitConfigId))];
  for (const id of ids) {
    const config = id === undefined ? undefined : await store.configs.credential(tenantId, id);
    if (config === undefined) continue;
    const ways = targets.filter(({ livekitConfigId }) => livekitConfigId === id);
    for await (const step of askConfig(tools, config, ways, isAgentAsked))
      yield ids.length === 1 ? step : { ...step, finding: `${config.name}: ${step.finding}` };
  }
}

async function* askConfig(
  { secretBox, liveKit, progress, atEnd }: Tools,
  config: LiveKitCredential,
  targets: readonly Target[],
  isAgentAsked: boolean,
): AsyncGenerator<Step> {
  const { step, apiSecret } = await checkSecret(config, secretBox);
  yield step;
  if (apiSecret === undefined) return;

  progress.show(`Asking ${config.url}`);
  const client = await liveKit({ url: config.url, apiKey: config.apiKey, apiSecret });
  const answers = await checkServer(config, client);
  yield* answers;
  if (answers.some(({ outcome }) => outcome === 'failed')) return;

  // A trunk that is wrong does not keep the agent from answering: both are told at once.
  for (const [sipTrunkId, callerId] of linesOf(targets)) yield await checkTrunk(config, client, sipTrunkId, callerId);
  const agentName = targets[0]?.agentName;
  if (!isAgentAsked || agentName === undefined) return;
  progress.show(`Waiting for agent name ${agentName} to answer`);
  yield await launchAgent(config, client, agentName, atEnd);
}

/** Every trunk with every caller id that is to be shown on it, once. */
function linesOf(targets: readonly Target[]): (readonly [sipTrunkId: string, callerId: string])[] {
  const lines = targets.map(({ sipTrunkId, callerId }) => [sipTrunkId, callerId] as const);
  return [...new Map(lines.map((line) => [line.join(' '), line])).values()];
}
