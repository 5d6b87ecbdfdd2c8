import { emptySnapshot } from '@dialplane/routing';
import type { Snapshot, Staging } from '@dialplane/routing';
import {
  DEFAULT_DIAL_MODE,
  DIAL_MODES,
  MAX_RULES_LENGTH,
  readLineFacts,
  readRules,
  readTenantDefaults,
  toE164,
} from '@dialplane/tenancy';
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

/** What stands in such a file, how one entry of each part is read, and by which words no other of the part may go. */
const PARTS: Readonly<Record<string, (entry: Place, staging: Staging, index: number) => readonly (string | null)[]>> = {
  tenants: (entry, staging) => {
    const { id, active, defaults } = entry.object(['id', 'name', 'active', 'defaults']);
    const row = {
      id: required(entry, 'id', id).read(uuid),
      isActive: active?.boolean() ?? true,
      defaults: jsonOf(defaults, readTenantDefaults),
    };
    staging.put('tenants', row);
    return [row.id];
  },
  users: (entry, staging) => {
    const { id, tenant } = entry.object(['id', 'tenant']);
    const row = {
      id: required(entry, 'id', id).read(uuid),
      tenantId: required(entry, 'tenant', tenant).read(uuid),
    };
    staging.put('users', row);
    return [row.id];
  },
  agents: (entry, staging) => {
    const { id, tenant } = entry.object(['id', 'tenant']);
    const row = { id: required(entry, 'id', id).read(agentId), tenantId: tenant?.read(uuid) ?? null };
    staging.put('voice_agents', row);
    return [row.id];
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
      dialMode: fields.dial_mode?.oneOf(DIAL_MODES) ?? DEFAULT_DIAL_MODE,
      isActive: fields.active?.boolean() ?? true,
    });
    return [id];
  },
  numbers: (entry, staging, index) => {
    const { tenant, active, rules, ...parts } = entry.object([...NUMBER_KEYS, 'tenant', 'active', 'rules']);
    const row = {
      // Nobody names a row of a file by its id.
      id: `00000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`,
      tenantId: required(entry, 'tenant', tenant).read(uuid),
      ...readNumberParts(entry, parts),
      rules: jsonOf(rules, readRules),
      isActive: active?.boolean() ?? true,
    };
    staging.put('voice_agent_numbers', row);
    return [toE164(row) ?? '', row.tenantId];
  },
  deployments: (entry, staging) => {
    const fields = entry.object(['url', 'region', 'active', 'limits', 'header_profiles']);
    const row = {
      origin: required(entry, 'url', fields.url).read(deploymentOrigin),
      region: fields.region?.read(region) ?? null,
      isActive: fields.active?.boolean() ?? true,
      ...lineFacts(fields),
    };
    staging.put('deployments', row);
    return [row.origin];
  },
  trunks: (entry, staging) => {
    const keys = ['id', 'deployment', 'tenant', 'carrier', 'active', 'cli_countries', 'limits', 'header_profiles'];
    const fields = entry.object(keys);
    const row = {
      sipTrunkId: required(entry, 'id', fields.id).read(sipTrunkId),
      deploymentOrigin: required(entry, 'deployment', fields.deployment).read(deploymentOrigin),
      tenantId: fields.tenant?.read(uuid) ?? null,
      carrier: fields.carrier?.read(name) ?? null,
      isActive: fields.active?.boolean() ?? true,
      cliCountries: fields.cli_countries?.list().flatMap((country) => country.read(countries)) ?? null,
      ...lineFacts(fields),
    };
    staging.put('trunks', row);
    return [row.sipTrunkId, row.deploymentOrigin];
  },
  do_not_call: (entry, staging) => {
    const { number, tenant } = entry.object(['number', 'tenant']);
    const row = { number: required(entry, 'number', number).read(toNumber), tenantId: tenant?.read(uuid) ?? null };
    staging.put('do_not_call', row);
    return [row.number, row.tenantId];
  },
};

/** Reads a file that describes everything that decisions are made from, without secrets. */
export function readConfiguration(top: Place): Snapshot {
  const parts = top.object(Object.keys(PARTS));
  const staging = emptySnapshot().stage();
  for (const [part, read] of Object.entries(PARTS)) {
    const seen = new Set<string>();
    parts[part]?.list().forEach((entry, index) => {
      const words = read(entry, staging, index).filter((word) => word !== null);
      const key = words.join(' ');
      if (seen.has(key)) entry.fail(`names ${words.join(' of ')}, as an entry before it does`);
      seen.add(key);
    });
  }
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
