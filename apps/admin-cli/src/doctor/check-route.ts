import { decideRoute } from '@dialplane/routing';
import type { Decision, Purpose, Snapshot, StepName as DecisionStep, Target, TraceStep } from '@dialplane/routing';

import type { Store } from '../wire.ts';
import { anyCallee, defaultsForAnyCallee } from './any-callee.ts';
import { stageTenant } from './stage-tenant.ts';
import { failed } from './step.ts';
import type { Step, StepName } from './step.ts';

export interface RouteFinding {
  readonly steps: readonly Step[];
  /** Every way that a call may go; none when the calls of the number are refused. */
  readonly targets: readonly Target[];
}

/** The decision's steps that the doctor shows, under the doctor's names; what concerns the callee is not among them. */
const SHOWN: Readonly<Partial<Record<DecisionStep, StepName>>> = {
  tenant: 'tenant',
  number: 'number',
  rules: 'rules',
  candidates: 'config',
  enabled: 'config',
  region: 'config',
  caller_id: 'config',
};

/** What the caller may say a call is for; some caller ids go with one of them only. */
const PURPOSES: readonly (Purpose | undefined)[] = [undefined, 'transactional', 'service', 'promotional'];

/**
 * Number, rules, configs and trunks, judged by the router's own decision: the doctor and the router cannot disagree.
 * The environment fallback counts as off: a number that needs it is not well configured.
 */
export async function checkRoute(store: Store, tenantId: string, fromNumber: string, now: Date): Promise<RouteFinding> {
  const snapshot = await stageTenant(store, tenantId, {
    rules: (number) => anyCallee(number).rules,
    defaults: defaultsForAnyCallee,
  });
  const isKnown = snapshot.counts.tenants > 0;
  const [number] = await store.numbers.find(tenantId, fromNumber);
  const callee = number === undefined ? fromNumber : anyCallee(number).callee;
  const { decision, trace } = decide(snapshot, tenantId, fromNumber, callee, now);

  // What comes after a refusal is for when that is mended.
  const end = trace.findIndex((traced) => traced.refusal !== undefined);
  const steps = trace.slice(0, end === -1 ? trace.length : end).flatMap((traced): Step[] => {
    const name = SHOWN[traced.step];
    if (name === undefined) return [];
    if (name === 'tenant' && !isKnown) return [unknownTenant(tenantId)];
    // Which config it is, is said once, below; what one of several ways is left out for, is worth a line.
    if (name === 'config' && traced.outcome !== 'noted') return [];
    return [{ name, outcome: traced.outcome === 'noted' ? 'noted' : 'passed', finding: traced.concluded }];
  });
  if (decision.kind === 'rejected') return { steps: [...steps, refusal(decision, trace)], targets: [] };
  const names = [...new Set(decision.targets.map(({ livekitConfigId }) => nameConfig(snapshot, livekitConfigId)))];
  const config: Step = { name: 'config', outcome: 'passed', finding: names.join('; ') };
  return { steps: [...steps, config], targets: decision.targets };
}

function decide(snapshot: Snapshot, tenantId: string, fromNumber: string, toNumber: string, now: Date) {
  let decided: { decision: Decision; trace: TraceStep[] } | undefined;
  for (const purpose of PURPOSES) {
    const trace: TraceStep[] = [];
    const request = {
      initiatedBy: undefined,
      tenantId,
      fromNumber,
      toNumber,
      agentId: '',
      purpose,
      routingKey: 'check',
    };
    const decision = decideRoute(snapshot, request, { now: now.getTime(), environmentFallback: undefined, trace });
    if (decision.kind === 'routed' || decision.reason !== 'purpose_not_allowed') return { decision, trace };
    decided ??= { decision, trace };
  }
  if (decided === undefined) throw new Error('No purpose was tried.');
  return decided;
}

const unknownTenant = (tenantId: string): Step => ({
  name: 'tenant',
  outcome: 'noted',
  finding: `no tenant is known by the id ${tenantId}: check it with dialplane tenant list`,
});

/** The admin's role sees no other tenant's config, so that one of another tenant is none here. */
function refusal(
  { reason, message, hint }: Extract<Decision, { kind: 'rejected' }>,
  trace: readonly TraceStep[],
): Step {
  const step = trace.find((traced) => traced.refusal !== undefined)?.step;
  const name = (step === undefined ? undefined : SHOWN[step]) ?? 'config';
  const isAnothers = reason === 'config_not_found';
  return failed(name, reason, isAnothers ? message.replace(/\.$/, ", or it is another tenant's.") : message, hint);
}

function nameConfig(snapshot: Snapshot, configId: string | undefined): string {
  const config = configId === undefined ? undefined : snapshot.config(configId);
  if (config === undefined) return 'the environment';
  return `LiveKit config ${config.id}: ${config.name}, ${config.tenantId === null ? "an operator's" : "the tenant's own"}`;
}
