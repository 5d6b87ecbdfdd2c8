import { Purpose, RouterClient } from '@dialplane/contracts';
import type { ExplainRouteResponse } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { credentials } from '@grpc/grpc-js';

import { AGENT, BASE_NUMBER, TENANTS, TO_NUMBER } from './demo-case.ts';

/** Asks the router the same question for a user of each tenant, and shows why the answers differ. */
export async function showDecisions(routerAddress: string): Promise<void> {
  const router = new RouterClient(routerAddress, credentials.createInsecure());
  for (const { name, userId } of TENANTS) {
    const request = {
      initiatedBy: userId,
      tenantId: '',
      fromNumber: BASE_NUMBER,
      toNumber: TO_NUMBER,
      agentId: AGENT.id,
      purpose: Purpose.UNSPECIFIED,
      routingKey: '',
      minSnapshotVersion: '',
    };
    const [verdict, ...reasons] = describe(
      await callUnary(router.explainRoute.bind(router), { request, at: undefined, proposedRules: '' }),
    );
    console.log(`  ${name.padEnd(14)} ${verdict}`);
    for (const reason of reasons) console.log(`  ${''.padEnd(16)} ${reason}`);
  }
  router.close();
}

function describe({ response, trace }: ExplainRouteResponse): string[] {
  const outcome = response?.outcome;
  if (outcome?.$case === 'rejection') return [`✗ ${outcome.value.message}`, outcome.value.hint];
  const target = outcome?.value.targets[0];
  const usable = trace.find(({ step }) => step === 'enabled')?.concluded.replace('can be used: ', '') ?? '';
  return [`✓ ${target?.serverUrl}, agent ${target?.agentName}`, usable, ...(outcome?.value.notes ?? [])];
}
