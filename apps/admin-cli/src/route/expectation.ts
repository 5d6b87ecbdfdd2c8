import { REJECTIONS } from '@dialplane/routing';

import { agentName, configRef, deploymentOrigin, region, sipTrunkId, toNumber } from '../arguments.ts';
import type { Place } from '../yaml/place.ts';

/** What a target is expected to be. Only what is named is compared. */
export interface ExpectedTarget {
  readonly config?: string | undefined;
  readonly deployment?: string | undefined;
  readonly region?: string | undefined;
  readonly trunk?: string | undefined;
  readonly agent_name?: string | undefined;
  readonly caller_id?: string | undefined;
  readonly caller_id_string?: string | undefined;
  readonly dial_string?: string | undefined;
}

/** What a case expects. */
export interface Expectation {
  readonly outcome: 'routed' | 'rejected';
  /** Of a rejected call; undefined: any. */
  readonly reason: string | undefined;
  readonly source: 'database' | 'environment' | undefined;
  /** Of the first target. */
  readonly target: ExpectedTarget;
  /** Of all targets, in their order; undefined: not compared. */
  readonly targets: readonly ExpectedTarget[] | undefined;
}

const TARGET_KEYS = [
  'config',
  'deployment',
  'region',
  'trunk',
  'agent_name',
  'caller_id',
  'caller_id_string',
  'dial_string',
];
const KEYS = ['outcome', 'reason', 'source', 'targets', ...TARGET_KEYS];

export function readExpectation(place: Place): Expectation {
  const fields = place.object(KEYS);
  const { outcome, reason, source, targets, ...target } = fields;
  if (Object.keys(fields).length === 0) place.fail('expects nothing, so that nothing is tested');
  const expectsRoute = targets !== undefined || source !== undefined || Object.keys(target).length > 0;
  const said = outcome?.oneOf(['routed', 'rejected'] as const) ?? (reason === undefined ? 'routed' : 'rejected');
  if (reason !== undefined && (expectsRoute || said === 'routed'))
    reason.fail('is of a call that is rejected, and a target is expected besides');
  if (expectsRoute && said === 'rejected') place.fail('expects a target of a call that is rejected');
  return {
    outcome: said,
    reason: reason === undefined ? undefined : reason.oneOf([...Object.keys(REJECTIONS), 'invalid_request']),
    source: source?.oneOf(['database', 'environment'] as const),
    target: readTarget(target),
    targets: targets === undefined ? undefined : readTargets(targets),
  };
}

function readTargets(place: Place): ExpectedTarget[] {
  const entries = place.list();
  if (entries.length === 0) place.fail('is empty: a routed call has a target');
  return entries.map((entry) => {
    const fields = entry.object(TARGET_KEYS);
    return Object.keys(fields).length === 0 ? entry.fail('expects nothing') : readTarget(fields);
  });
}

function readTarget(fields: Readonly<Record<string, Place | undefined>>): ExpectedTarget {
  return {
    config: fields.config?.read(configRef),
    deployment: fields.deployment?.read(deploymentOrigin),
    region: fields.region?.read(region),
    trunk: fields.trunk?.read(sipTrunkId),
    agent_name: fields.agent_name?.read(agentName),
    caller_id: fields.caller_id?.read(toNumber),
    caller_id_string: fields.caller_id_string?.text(),
    dial_string: fields.dial_string?.text(),
  };
}
