import { RouterClient } from '@dialplane/contracts';
import { callUnary } from '@dialplane/grpc';
import { credentials } from '@grpc/grpc-js';
import Table from 'cli-table3';

import { AGENT, BASE_NUMBER, TENANTS, TO_NUMBER } from './demo-case.ts';

/** Asks the router the same question for a user of each tenant, and shows why the answers differ. */
export async function showDecisions(routerAddress: string): Promise<void> {
  const router = new RouterClient(routerAddress, credentials.createInsecure());
  const table = new Table({ head: ['started by a user of', 'call from', 'goes to', 'because'], colWidths: [22, 12, 34, 62], wordWrap: true });
  for (const tenant of TENANTS) {
    const request = { initiatedBy: tenant.userId, tenantId: '', fromNumber: BASE_NUMBER, toNumber: TO_NUMBER, agentId: AGENT.id, minSnapshotVersion: '' };
    const { response, trace } = await callUnary(router.explainRoute.bind(router), { request });
    const outcome = response?.outcome;
    if (outcome?.$case === 'route') {
      const [target] = outcome.value.targets;
      const because = trace.filter(({ step }) => step === 'livekit_config' || step === 'agent').map(({ concluded }) => concluded);
      table.push([tenant.name, BASE_NUMBER, `${target?.serverUrl}\nagent ${target?.agentName}`, because.reverse().join('\n')]);
    } else if (outcome?.$case === 'rejection') {
      table.push([tenant.name, BASE_NUMBER, 'nowhere', `${outcome.value.message}\n→ ${outcome.value.hint}`]);
    }
  }
  router.close();
  console.log(table.toString());
}
