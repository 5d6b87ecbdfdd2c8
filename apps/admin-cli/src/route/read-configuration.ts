import { emptySnapshot } from '@dialplane/routing';
import type { Snapshot, Staging } from '@dialplane/routing';
import { DIAL_MODES, MAX_RULES_LENGTH, readLineFacts, readRules, readTenantDefaults } from '@dialplane/tenancy';
import type { Reading } from '@dialplane/tenancy';

import {
  agentId,
  agentName,
  countries,
  deploymentOrigin,
  name,
  region,
  serverUrl,
  sipTrunkId,
  toNumber,
  uuid,
} from '../arguments.ts';
import { problemPlace } from '../rules/fail-at-problem.ts';
import type { Place } from '../yaml/place.ts';
import { NUMBER_KEYS, readNumberParts } from './read-number-parts.ts';

/** What stands in such a file, and how one entry of each part is read. */
const PARTS: Readonly<Record<string, (entry: Place, staging: Staging, index: number) => void>> = {
  tenants: (entry, staging) => {
    const { id, active, defaults } = entry.object(['id', 'name', 'active', 'defaults']);
    staging.put('tenants', {
      id: required(entry, 'id', id).read(uuid),
      isActive: active?.boolean() ?? true,
      defaults: jsonOf(defaults, readTenantDefaults),
    });
  },
  users: (entry, staging) => {
    const { id, tenant } = entry.object(['id', 'tenant']);
    staging.put('users', {
      id: required(entry, 'id', id).read(uuid),
      tenantId: required(entry, 'tenant', tenant).read(uuid),
    });
  },
  agents: (entry, staging) => {
    const { id, tenant } = entry.object(['id', 'tenant']);
    staging.put('voice_agents', { id: required(entry, 'id', id).read(agentId), tenantId: tenant?.read(uuid) ?? null });
  },
  configs: (entry, staging) => {
    const fields = entry.object(['id', 'name', 'tenant', 'url', 'trunk', 'agent_name', 'dial_mode', 'active']);
    const id = required(entry, 'id', fields.id).read(uuid);
    staging.put('voice_agent_livekit', {
      id,
      tenantId: fields.tenant?.read(uuid) ?? null,
      name: fields.name?.read(name) ?? id,
      url: required(entry, 'url', fields.url).read(serverUrl),
      sipTrunkId: fields.trunk?.read(sipTrunkId) ?? null,
      agentName: required(entry, 'agent_name', fields.agent_name).read(agentName),
      dialMode: fields.dial_mode?.oneOf(DIAL_MODES) ?? DIAL_MODES[0],
      isActive: fields.active?.boolean() ?? true,
    });
  },
  numbers: (entry, staging, index) => {
    const { tenant, active, rules, ...parts } = entry.object([...NUMBER_KEYS, 'tenant', 'active', 'rules']);
    staging.put('voice_agent_numbers', {
      // Nobody names a row of a file by its id.
      id: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
      tenantId: required(entry, 'tenant', tenant).read(uuid),
      ...readNumberParts(entry, parts),
      rules: jsonOf(rules, readRules),
      isActive: active?.boolean() ?? true,
    });
  },
  deployments: (entry, staging) => {
    const fields = entry.object(['url', 'region', 'active', 'limits', 'header_profiles']);
    staging.put('deployments', {
      origin: required(entry, 'url', fields.url).read(deploymentOrigin),
      region: fields.region?.read(region) ?? null,
      isActive: fields.active?.boolean() ?? true,
      ...lineFacts(fields),
    });
  },
  trunks: (entry, staging) => {
    const keys = ['id', 'deployment', 'tenant', 'carrier', 'active', 'cli_countries', 'limits', 'header_profiles'];
    const fields = entry.object(keys);
    staging.put('trunks', {
      sipTrunkId: required(entry, 'id', fields.id).read(sipTrunkId),
      deploymentOrigin: required(entry, 'deployment', fields.deployment).read(deploymentOrigin),
      tenantId: fields.tenant?.read(uuid) ?? null,
      carrier: fields.carrier?.read(name) ?? null,
      isActive: fields.active?.boolean() ?? true,
      cliCountries: fields.cli_countries?.list().flatMap((country) => country.read(countries)) ?? null,
      ...lineFacts(fields),
    });
  },
  do_not_call: (entry, staging) => {
    const { number, tenant } = entry.object(['number', 'tenant']);
    staging.put('do_not_call', {
      number: required(entry, 'number', number).read(toNumber),
      tenantId: tenant?.read(uuid) ?? null,
    });
  },
};

/** Reads a file that describes everything that decisions are made from, without secrets. */
export function readConfiguration(top: Place): Snapshot {
  const parts = top.object(Object.keys(PARTS));
  const staging = emptySnapshot().stage();
  for (const [part, read] of Object.entries(PARTS))
    parts[part]?.list().forEach((entry, index) => read(entry, staging, index));
  return staging.commit('file.0');
}

const required = (entry: Place, key: string, place: Place | undefined): Place => place ?? entry.fail(`has no ${key}`);

function lineFacts(fields: Readonly<Record<string, Place | undefined>>) {
  return {
    limits: jsonOf(fields.limits, (json) => readLineFacts(json, null)),
    headerProfiles: jsonOf(fields.header_profiles, (json) => readLineFacts(null, json)),
  };
}

/** JSON text that the reader lets pass. */
function jsonOf(place: Place | undefined, read: (json: unknown) => Reading<unknown>): string | null {
  if (place === undefined) return null;
  const reading = read(place.value);
  if (reading.kind === 'problem') return problemPlace(place, reading.problem);
  const text = JSON.stringify(place.value);
  return text.length > MAX_RULES_LENGTH ? place.fail(`has more than ${MAX_RULES_LENGTH} characters of JSON`) : text;
}
