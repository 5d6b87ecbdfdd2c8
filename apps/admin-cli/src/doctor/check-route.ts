import { decideRoute } from '@dialplane/routing';
import type { Routed, StepName as DecisionStep } from '@dialplane/routing';
import { readRules } from '@dialplane/tenancy';
import type { LiveKitCredential } from '@dialplane/tenancy';

import type { Store } from '../wire.ts';
import { failed } from './step.ts';
import type { Step, StepName } from './step.ts';

export interface RouteFinding {
  readonly steps: readonly Step[];
  /** Undefined when the calls of the number are refused. */
  readonly route: { readonly decision: Routed; readonly config: LiveKitCredential } | undefined;
}

/** The decision's steps that the doctor shows, under the doctor's names. */
const SHOWN: Readonly<Partial<Record<DecisionStep, StepName>>> = {
  tenant: 'tenant',
  number: 'number',
  rules: 'rules',
  livekit_config: 'config',
};

/**
 * Number, rules and config, judged by the router's own decision: the doctor and the router cannot disagree.
 * The environment fallback counts as off: a number that needs it is not well configured.
 */
export async function checkRoute(
  { tenants, numbers, configs, snapshotVersion }: Store,
  tenantId: string,
  fromNumber: string,
  now: Date,
): Promise<RouteFinding> {
  const [version, allTenants, found] = await Promise.all([
    snapshotVersion(),
    tenants.list(),
    numbers.find(tenantId, fromNumber),
  ]);
  const named = found
    .map(({ rules }) => readRules(rules))
    .flatMap((reading) => (reading.kind === 'ok' && reading.value.livekitConfigId) || []);
  const credentials = (await Promise.all([...new Set(named)].map((id) => configs.credential(tenantId, id)))).filter(
    (config) => config !== undefined,
  );

  const tenant = allTenants.find(({ id }) => id === tenantId);
  const decision = decideRoute(
    {
      snapshotVersion: version,
      userTenantId: undefined,
      tenant,
      numbers: found,
      configs: credentials,
      agentTenantId: undefined,
      environmentFallback: undefined,
    },
    // Nothing is asked about a callee.
    { initiatedBy: undefined, tenantId, fromNumber, toNumber: '', agentId: '' },
    now,
  );
  const steps = decision.trace.flatMap(({ step, outcome, lookedAt, concluded }): Step[] => {
    const name = SHOWN[step];
    if (name === undefined) return [];
    if (name === 'tenant' && tenant === undefined)
      return [
        {
          name,
          outcome: 'noted',
          finding: `no tenant is known by the id ${tenantId}: check it with dialplane tenant list`,
        },
      ];
    if (outcome !== 'refused')
      return [{ name, outcome, finding: name === 'config' ? `${lookedAt}: ${concluded}` : concluded }];
    if (decision.kind !== 'rejected') return [];
    const { reason, message, hint } = decision;
    // The admin's role sees no other tenant's config, so that both cases look the same here.
    return [
      failed(
        name,
        reason,
        reason === 'config_not_found' ? `${lookedAt}: there is no such config, or it is another tenant's.` : message,
        hint,
      ),
    ];
  });
  const config =
    decision.kind === 'routed' ? credentials.find(({ id }) => id === decision.targets[0].livekitConfigId) : undefined;
  return { steps, route: decision.kind === 'routed' && config !== undefined ? { decision, config } : undefined };
}
