import type { CarrierRule } from '@dialplane/tenancy';

import type { Candidate, Policy, PolicyResult, RoutingCall } from '../policy.ts';
import type { Refusal } from '../rejections.ts';
import { knownConfig, knownTrunk } from './known-configs.ts';
import { listSome } from './list-some.ts';
import { matchCarriers } from './match-carriers.ts';
import { nameWay } from './name-way.ts';

/**
 * Lists the ways to place the call: the carriers on the longest prefix that matches, else `routes`, else
 * `livekit_config`. Rules that name no config at all leave it to the environment, where an operator allows that.
 */
export const candidates: Policy = { step: 'candidates', apply, describe };

function apply(call: RoutingCall): PolicyResult {
  const { rules, request } = call;
  const matched = matchCarriers(rules, request.toNumber);
  if (matched.length > 0) {
    return {
      candidates: matched.map(({ carrier, prefixLength }) =>
        toCandidate(call, 'carriers', carrier.livekitConfigId ?? rules.livekitConfigId, carrier, prefixLength, carrier),
      ),
    };
  }
  if (rules.routes.length > 0) {
    return {
      candidates: rules.routes.map((route) => toCandidate(call, 'routes', route.livekitConfigId, undefined, 0, route)),
    };
  }
  if (rules.livekitConfigId !== undefined)
    return { candidates: [toCandidate(call, 'livekit_config', rules.livekitConfigId, undefined, 0, ONLY)] };
  if (rules.carriers.length > 0) return { candidates: [], refusal: noCarrier(call) };

  const environment = fromEnvironment(call);
  if (environment === undefined) return { candidates: [], refusal: noConfig(call) };
  return {
    candidates: [environment],
    note: `Using environment credentials, not the database: number ${call.number.id} has no livekit_config.`,
  };
}

/** The place in the order of a candidate that has no other beside it. */
const ONLY = { priority: 1, weight: 1 };

function toCandidate(
  { view, number }: RoutingCall,
  from: Candidate['from'],
  livekitConfigId: string | undefined,
  carrier: CarrierRule | undefined,
  prefixLength: number,
  { priority, weight }: { readonly priority: number; readonly weight: number },
): Candidate {
  const known = livekitConfigId === undefined ? undefined : knownConfig(view, livekitConfigId);
  const sipTrunkId = carrier?.sipTrunkId ?? known?.sipTrunkId;
  return {
    from,
    livekitConfigId,
    config: known?.config,
    known,
    carrier,
    deploymentOrigin: known?.deploymentOrigin,
    deployment: known?.deployment,
    sipTrunkId,
    trunk: known === undefined || sipTrunkId === undefined ? undefined : knownTrunk(view, known, sipTrunkId),
    callerId: carrier?.callerId ?? number.e164,
    prefixLength,
    priority,
    weight,
    costPerMinuteNano: carrier?.costPerMinuteNano,
  };
}

function fromEnvironment({ view, number, environmentFallback }: RoutingCall): Candidate | undefined {
  if (environmentFallback === undefined) return undefined;
  const { deployment, sipTrunkId } = environmentFallback;
  return {
    from: 'environment',
    livekitConfigId: undefined,
    config: undefined,
    known: undefined,
    carrier: undefined,
    deploymentOrigin: deployment,
    deployment: view.deployment(deployment),
    sipTrunkId,
    trunk: view.trunk(deployment, sipTrunkId),
    callerId: number.e164,
    prefixLength: 0,
    ...ONLY,
    costPerMinuteNano: undefined,
  };
}

const noConfig = ({ number, tenant }: RoutingCall): Refusal => ({
  reason: 'no_livekit_config',
  message: "The number's rules name no LiveKit config.",
  hint: `Give it one: dialplane number assign ${number.e164} --config <config id> --tenant ${tenant.id}`,
});

const noCarrier = ({ number, tenant }: RoutingCall): Refusal => ({
  reason: 'no_carrier',
  message: "No carrier of the number's rules takes the callee's prefix, and they name nothing else.",
  hint: `Add the prefix to a carrier: dialplane number rules show ${number.e164} --tenant ${tenant.id}; then dialplane number rules set ${number.e164} --file <yaml> --tenant ${tenant.id}`,
});

function describe(
  { rules, request }: RoutingCall,
  _before: readonly Candidate[],
  result: PolicyResult | undefined,
): ReturnType<Policy['describe']> {
  const { carriers, routes, livekitConfigId } = rules;
  const found = result?.candidates ?? [];
  const [first] = found;
  const prefix = first === undefined ? '' : request.toNumber.slice(0, first.prefixLength);
  const where = { carriers: `carriers for ${prefix}`, routes: 'routes', livekit_config: 'livekit_config' };
  const from = first === undefined || first.from === 'environment' ? 'nowhere' : where[first.from];
  return {
    lookedAt: `${carriers.length} carriers, ${routes.length} routes, livekit_config ${livekitConfigId ?? 'none'}`,
    concluded: `${from}: ${listSome(found, nameWay)}`,
  };
}
