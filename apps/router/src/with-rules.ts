import type { RoutingView } from '@dialplane/routing';
import type { Reading, Rules } from '@dialplane/tenancy';

/** The same configuration, in which the numbers that `fromNumber` means have other rules. */
export function withRules(view: RoutingView, fromNumber: string, rules: Reading<Rules>): RoutingView {
  return {
    snapshotVersion: view.snapshotVersion,
    tenantIdOfUser: (userId) => view.tenantIdOfUser(userId),
    tenant: (tenantId) => view.tenant(tenantId),
    tenantIdOfAgent: (agentId) => view.tenantIdOfAgent(agentId),
    numbersMeant(tenantId, written) {
      const numbers = view.numbersMeant(tenantId, written);
      return written === fromNumber ? numbers.map((number) => ({ ...number, rules })) : numbers;
    },
    config: (configId) => view.config(configId),
    trunk: (deploymentOrigin, sipTrunkId) => view.trunk(deploymentOrigin, sipTrunkId),
    deployment: (origin) => view.deployment(origin),
    doNotCall: (tenantId, e164) => view.doNotCall(tenantId, e164),
  };
}
