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
export async function* examineNumber(
  tools: Tools,
  { tenantId, number, isAgentAsked, now }: Examination,
): AsyncGenerator<Step> {
  const done = new Set<Step['name']>();
  for await (const step of ask(tools, { tenantId, number, isAgentAsked, now })) {
    done.add(step.name);
    yield step;
  }
  for (const name of STEP_NAMES) {
    if (done.has(name)) continue;
    const isLeftOut = name === 'agent' && !isAgentAsked;
    yield isLeftOut
      ? { name, outcome: 'not_asked', finding: 'not asked: --launch-agent lets the agent name answer' }
      : { name, outcome: 'not_reached', finding: 'not reached' };
  }
}

async function* ask(
  { store, secretBox, liveKit, progress, atEnd }: Tools,
  { tenantId, number, isAgentAsked, now }: Examination,
): AsyncGenerator<Step> {
  const { steps, route } = await checkRoute(await store(), tenantId, number, now);
  yield* steps;
  if (route === undefined) return;
  const { config, decision } = route;
  const [target] = decision.targets;

  const { step, apiSecret } = await checkSecret(config, secretBox);
  yield step;
  if (apiSecret === undefined) return;

  progress.show(`Asking ${config.url}`);
  const client = await liveKit(credential(config, apiSecret));
  const answers = await checkServer(config, client);
  yield* answers;
  if (answers.some(({ outcome }) => outcome === 'failed')) return;

  // A trunk that is wrong does not keep the agent from answering: both are told at once.
  yield await checkTrunk(config, client, target.sipTrunkId, target.callerId);
  if (!isAgentAsked) return;
  progress.show(`Waiting for agent name ${target.agentName} to answer`);
  yield await launchAgent(config, client, target.agentName, atEnd);
}

const credential = ({ url, apiKey }: LiveKitCredential, apiSecret: string) => ({ url, apiKey, apiSecret });
