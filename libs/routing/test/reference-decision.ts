import { readLineFactsText, readRulesText, readServerUrl, readTenantDefaultsText, toE164 } from '@dialplane/tenancy';
import type { CarrierRule, LineFacts, Reading, Rules, TenantDefaults } from '@dialplane/tenancy';

import { COUNTRY_PACKS } from '../src/countries/country-packs.ts';
import { COUNTRY_TIME_ZONES } from '../src/gen/country-time-zones.ts';
import { classifyNumber, NUMBER_SERIES } from '../src/index.ts';
import type { Circumstances, NumberClass, Purpose, RejectionReason, RouteRequest, Target } from '../src/index.ts';
import { findEmergencyCode } from '../src/numbers/find-emergency-code.ts';
import { NUMBER_PLAN } from '../src/numbers/number-plan.ts';
import type { SnapshotRows } from '../src/snapshot/snapshot.ts';
import type { ExampleRows } from './example-view.ts';
import { referenceScore } from './reference-score.ts';

type ConfigRow = SnapshotRows['voice_agent_livekit'];
type TrunkRow = SnapshotRows['trunks'];
type DeploymentRow = SnapshotRows['deployments'];

/** What a decision must come to. */
export type Reference =
  | { readonly reason: RejectionReason; readonly tenantId: string | undefined }
  | {
      readonly tenantId: string;
      readonly numberId: string;
      readonly source: 'database' | 'environment';
      readonly targets: readonly Target[];
      readonly notes: number;
    };

/** One way to place the call, whatever is wrong with it. */
interface Way {
  readonly configId: string | undefined;
  readonly config: ConfigRow | undefined;
  readonly carrier: CarrierRule | undefined;
  readonly origin: string | undefined;
  readonly deployment: DeploymentRow | undefined;
  readonly trunkId: string | null;
  readonly trunk: TrunkRow | undefined;
  readonly callerId: string;
  readonly prefix: string;
  readonly priority: number;
  readonly weight: number;
}

/**
 * The whole decision once more, from the rows and from the words of the issue: it looks at every row for every
 * question, compiles nothing and remembers nothing.
 */
export function referenceDecision(
  rows: ExampleRows,
  request: RouteRequest,
  { now, environmentFallback }: Circumstances,
): Reference {
  const user = rows.users.filter((row) => row.id === request.initiatedBy)[0];
  const tenantId = request.initiatedBy === undefined ? request.tenantId : (user?.tenantId ?? undefined);
  const no = (reason: RejectionReason): Reference => ({ reason, tenantId });
  if (tenantId === undefined) return no('user_not_found');

  const tenant = rows.tenants.filter((row) => row.id === tenantId)[0];
  if (tenant?.isActive === false) return no('tenant_disabled');
  const defaultsReading = readTenantDefaultsText(tenant?.defaults ?? null);
  if (defaultsReading.kind === 'problem') return no('tenant_defaults_invalid');
  const defaults = defaultsReading.value;

  const own = rows.voice_agent_numbers.filter((row) => row.tenantId === tenantId);
  const meant = own.filter((row) => waysToWrite(row).includes(request.fromNumber));
  const active = meant.filter((row) => row.isActive);
  if (meant.length === 0) return no('number_not_found');
  if (active.length === 0) return no('number_disabled');
  if (active.length > 1) return no('ambiguous_number');
  const number = active[0]!;
  const e164 = toE164(number);
  if (e164 === undefined) return no('number_incomplete');
  const rulesReading = readRulesText(number.rules);
  if (rulesReading.kind === 'problem') return no('rules_invalid');
  const rules = rulesReading.value;

  const callee = request.toNumber;
  if (rows.do_not_call.some((row) => row.number === callee && (row.tenantId === tenantId || row.tenantId === null)))
    return no('do_not_call');
  const othersShown = rules.carriers.some(({ callerId }) => callerId !== undefined && callerId !== e164);
  if (!othersShown && !purposeAllows(e164, callee, request.purpose)) return no('purpose_not_allowed');
  const destination = againstDestination(callee, e164, rules, defaults);
  if (destination !== undefined) return no(destination);
  const hours = againstHours(callee, request.purpose, rules, defaults, now);
  if (hours !== undefined) return no(hours);

  const agent = rows.voice_agents.filter((row) => row.id === request.agentId)[0];
  const agentNotes = request.agentId !== '' && agent?.tenantId !== tenantId ? 1 : 0;
  const routed = (source: 'database' | 'environment', targets: readonly Target[], notes: number): Reference => ({
    tenantId,
    numberId: number.id,
    source,
    targets,
    notes,
  });

  const ways = waysOf(rows, rules, callee, e164);
  if (ways.length === 0) {
    if (rules.carriers.length > 0) return no('no_carrier');
    if (environmentFallback === undefined) return no('no_livekit_config');
    const { deployment: origin, url, sipTrunkId, agentName } = environmentFallback;
    const trunk = rows.trunks.find((row) => row.deploymentOrigin === origin && row.sipTrunkId === sipTrunkId);
    if (trunk && trunk.tenantId !== null && trunk.tenantId !== tenantId) return no('trunk_of_another_tenant');
    const region = rules.region ?? defaults.region;
    if (region !== undefined && rows.deployments.find((row) => row.origin === origin)?.region !== region)
      return no('no_deployment_in_region');
    if (!mayShow(trunk, e164)) return no('caller_id_not_allowed');
    const target = {
      livekitConfigId: undefined,
      deployment: origin,
      serverUrl: url,
      sipTrunkId,
      agentName,
      callerId: e164,
      dialString: callee,
      callerIdString: e164,
      sipHeaders: {},
    };
    return routed('environment', [target], agentNotes + 1);
  }

  const judges: ((way: Way) => RejectionReason | undefined)[] = [
    (way) => againstConfig(way, tenantId) ?? againstLine(way),
    (way) => {
      const region = rules.region ?? defaults.region;
      return region === undefined || way.deployment?.region === region ? undefined : 'no_deployment_in_region';
    },
    (way) => {
      if (!own.some((row) => row.isActive && toE164(row) === way.callerId)) return 'caller_id_not_owned';
      if (!mayShow(way.trunk, way.callerId)) return 'caller_id_not_allowed';
      if (rules.carriers.length > 0 && !purposeAllows(way.callerId, callee, request.purpose))
        return 'purpose_not_allowed';
      return againstDialString(way, callee, rules, defaults);
    },
  ];
  let left = ways;
  for (const judge of judges) {
    const before = left;
    left = left.filter((way) => judge(way) === undefined);
    if (left.length === 0) {
      const worstFirst = before.toSorted((a, b) => b.prefix.length - a.prefix.length || a.priority - b.priority);
      return no(judge(worstFirst[0]!)!);
    }
  }

  const score = (way: Way): number => referenceScore(request.routingKey, way);
  const cost = (way: Way): number => way.carrier?.costPerMinuteNano ?? Number.MAX_VALUE;
  const targets = left
    .toSorted((a, b) => score(a) - score(b))
    .toSorted((a, b) => Number(a.weight === 0) - Number(b.weight === 0))
    .toSorted((a, b) => (rules.strategy === 'least_cost' ? cost(a) - cost(b) : 0))
    .toSorted((a, b) => a.priority - b.priority)
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
    .map((way) => targetOf(way, callee, own));
  const texts = targets.map((target) => JSON.stringify(target));
  return routed(
    'database',
    targets.filter((_, index) => texts.indexOf(texts[index]!) === index),
    agentNotes,
  );
}

function waysToWrite({ baseNumber, countryCode }: SnapshotRows['voice_agent_numbers']): string[] {
  const country = countryCode.replace('+', '');
  return [`+${country}${baseNumber}`, `${country}${baseNumber}`, baseNumber, `0${baseNumber}`];
}

function waysOf(rows: ExampleRows, rules: Rules, callee: string, e164: string): Way[] {
  const way = (
    configId: string | undefined,
    carrier: CarrierRule | undefined,
    prefix: string,
    { priority, weight }: { readonly priority: number; readonly weight: number },
  ): Way => {
    const config = rows.voice_agent_livekit.find((row) => row.id === configId);
    const server = config && readServerUrl(config.url);
    const origin = server?.kind === 'ok' ? server.serverUrl.origin : undefined;
    const trunkId = carrier?.sipTrunkId ?? config?.sipTrunkId ?? null;
    const deployment = rows.deployments.find((row) => row.origin === origin);
    const trunk = rows.trunks.find((row) => row.deploymentOrigin === origin && row.sipTrunkId === trunkId);
    const callerId = carrier?.callerId ?? e164;
    return { configId, config, carrier, origin, deployment, trunkId, trunk, callerId, prefix, priority, weight };
  };

  const ways: Way[] = [];
  const taken = new Set<CarrierRule>();
  for (let length = callee.length; length > 0; length--) {
    const prefix = callee.slice(0, length);
    const carriers = rules.carriers.filter((carrier) => carrier.prefixes.includes(prefix));
    for (const carrier of carriers.filter((each) => !taken.has(each))) {
      taken.add(carrier);
      ways.push(way(carrier.livekitConfigId ?? rules.livekitConfigId, carrier, prefix, carrier));
    }
    if (carriers.length > 0 && carriers.every((carrier) => !carrier.fallthrough)) break;
  }
  if (ways.length > 0) return ways;
  if (rules.routes.length > 0) return rules.routes.map((route) => way(route.livekitConfigId, undefined, '', route));
  const { livekitConfigId } = rules;
  return livekitConfigId === undefined ? [] : [way(livekitConfigId, undefined, '', { priority: 1, weight: 1 })];
}

function againstConfig({ config, origin, trunk, trunkId }: Way, tenantId: string): RejectionReason | undefined {
  if (config === undefined) return 'config_not_found';
  if (config.tenantId !== null && config.tenantId !== tenantId) return 'config_of_another_tenant';
  if (trunk && trunk.tenantId !== null && trunk.tenantId !== tenantId) return 'trunk_of_another_tenant';
  if (!config.isActive) return 'config_disabled';
  if (origin === undefined || !/^ST_\w+$/.test(trunkId ?? '') || !config.agentName) return 'config_incomplete';
  return ['dispatcher', 'claiming', 'legacy'].includes(config.dialMode) ? undefined : 'dial_mode_unsupported';
}

function againstLine({ config, carrier, deployment, trunk, trunkId }: Way): RejectionReason | undefined {
  if (deployment?.isActive === false) return 'deployment_disabled';
  if (deployment && factsOf(deployment).kind === 'problem') return 'trunk_invalid';
  if (!trunk && trunkId !== config?.sipTrunkId) return 'trunk_not_found';
  if (trunk?.isActive === false) return 'trunk_disabled';
  if (trunk && factsOf(trunk).kind === 'problem') return 'trunk_invalid';
  if (carrier?.headerProfile !== undefined && headers(carrier, trunk, deployment) === undefined)
    return 'header_profile_not_found';
  return undefined;
}

const factsOf = ({ limits, headerProfiles }: TrunkRow | DeploymentRow): Reading<LineFacts> =>
  readLineFactsText(limits, headerProfiles);

function headers(carrier: CarrierRule | undefined, ...lines: (TrunkRow | DeploymentRow | undefined)[]) {
  if (carrier?.headerProfile === undefined) return {};
  for (const line of lines) {
    const profiles = JSON.parse(line?.headerProfiles ?? '{}') as Record<string, Record<string, string>>;
    for (const [name, profile] of Object.entries(profiles)) if (name === carrier.headerProfile) return profile;
  }
  return undefined;
}

function mayShow(trunk: TrunkRow | undefined, callerId: string): boolean {
  if (!trunk?.cliCountries) return true;
  return trunk.cliCountries.some((country) => country === classifyNumber(callerId)?.country);
}

function dialString(callee: string, carrier: CarrierRule | undefined): string {
  if (carrier === undefined) return callee;
  const { strip, trunkZero, prefix, plus } = carrier.dialFormat;
  let digits = callee.replace('+', '').substring(strip);
  if (trunkZero) digits = `0${digits}`;
  digits = prefix + digits;
  return plus ? `+${digits}` : digits;
}

function againstDialString({ carrier, callerId }: Way, callee: string, rules: Rules, defaults: TenantDefaults) {
  const dialled = dialString(callee, carrier);
  const countries = [classifyNumber(callee)?.country, classifyNumber(callerId)?.country];
  const isEmergency = countries.some((country) => findEmergencyCode(dialled, country) !== undefined);
  const allowed = (rules.destinations.allowKinds ?? defaults.destinations.allowKinds ?? []).includes('emergency_like');
  if (!dialled.startsWith('+') && isEmergency && !allowed) return 'emergency_number';
  if (carrier && callee.length - 1 <= carrier.dialFormat.strip) return 'rules_invalid';
  return dialled.replace('+', '').length < 5 && !allowed ? 'emergency_number' : undefined;
}

function targetOf(
  { config, carrier, origin, deployment, trunkId, trunk, callerId }: Way,
  callee: string,
  own: ExampleRows['voice_agent_numbers'],
): Target {
  const shown = {
    e164: callerId,
    digits: callerId.substring(1),
    national: `0${own.find((row) => row.isActive && toE164(row) === callerId)?.baseNumber}`,
  };
  return {
    livekitConfigId: config!.id,
    deployment: origin!,
    serverUrl: config!.url,
    sipTrunkId: trunkId!,
    agentName: config!.agentName!,
    callerId,
    dialString: dialString(callee, carrier),
    callerIdString: shown[carrier?.callerIdFormat ?? 'e164'],
    sipHeaders: headers(carrier, trunk, deployment)!,
  };
}

function purposeAllows(callerId: string, callee: string, purpose: Purpose | undefined): boolean {
  const series = NUMBER_SERIES.filter(
    ({ callingCode, nationalPrefix, nationalLengths }) =>
      callerId.startsWith(`+${callingCode}${nationalPrefix}`) &&
      (nationalLengths?.includes(callerId.length - 1 - callingCode.length) ?? true),
  );
  const setApart = series.flatMap(({ purposes }) => (purposes ? [purposes as readonly Purpose[]] : []));
  if (setApart.some((purposes) => purpose === undefined || !purposes.includes(purpose))) return false;
  const pack = COUNTRY_PACKS.get(classifyNumber(callee)?.country ?? '');
  if (purpose === undefined) return pack?.purposeRequired !== true;
  return pack?.callerIds[purpose]?.prefixes.some((prefix) => callerId.startsWith(prefix)) ?? true;
}

function againstDestination(callee: string, e164: string, { destinations }: Rules, defaults: TenantDefaults) {
  const { country, countryCallingCode, kind } = classifyNumber(callee)!;
  const kinds = destinations.allowKinds ?? defaults.destinations.allowKinds ?? [];
  const named = kinds.includes(kind);
  const onlyByName = ['premium', 'satellite', 'personal', 'shared_cost', 'emergency_like', 'unknown'].includes(kind);
  if (kind === 'emergency_like' && !named) return 'emergency_number';
  const denied = [...destinations.denyPrefixes, ...defaults.destinations.denyPrefixes];
  if (denied.some((prefix) => callee.startsWith(prefix))) return 'destination_denied';
  if (countryCallingCode === '') return 'destination_not_allowed';
  const sharing = sharers(countryCallingCode);
  if (country === undefined && sharing.length === 0) return named ? undefined : 'destination_kind_refused';
  const allowed =
    destinations.allowCountries ?? defaults.destinations.allowCountries ?? ownCountry(classifyNumber(e164), country);
  const needed = country === undefined ? sharing : [country];
  if (!needed.every((each) => allowed.includes(each))) return 'destination_not_allowed';
  return onlyByName && !named ? 'destination_kind_refused' : undefined;
}

/** Without a list of countries a number may call its own, and none when the callee's is not known. */
const ownCountry = (own: NumberClass | undefined, callee: string | undefined): string[] =>
  own?.country === undefined || callee === undefined ? [] : [own.country];

const sharers = (code: string): string[] =>
  NUMBER_PLAN.classes.flatMap((each) =>
    each.countryCallingCode === code && each.country !== undefined ? [each.country] : [],
  );

function againstHours(
  callee: string,
  purpose: Purpose | undefined,
  rules: Rules,
  defaults: TenantDefaults,
  now: number,
): RejectionReason | undefined {
  const country = classifyNumber(callee)?.country ?? '';
  const pack = COUNTRY_PACKS.get(country);
  const own = rules.callingHours ?? defaults.callingHours;
  for (const hours of [purpose && pack?.callingHours[purpose], own]) {
    if (hours === undefined) continue;
    const timeZone = hours.timezone ?? pack?.timezone ?? new Map(Object.entries(COUNTRY_TIME_ZONES)).get(country);
    if (timeZone === undefined) return 'calling_hours_unknown';
    const local = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(now);
    const [, weekday = '', hour, minute] = /^(\w{3}),? (\d\d):(\d\d)$/.exec(local) ?? [];
    const day = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(weekday);
    const minutes = Number(hour) * 60 + Number(minute);
    if (!hours.windows.some(({ days, from, to }) => days.includes(day) && from <= minutes && minutes < to))
      return 'outside_calling_hours';
  }
  return undefined;
}
