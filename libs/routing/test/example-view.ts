import {
  canMean,
  countryDigits,
  readLineFactsText,
  readRulesText,
  readServerUrl,
  readTenantDefaultsText,
  toE164,
} from '@dialplane/tenancy';

import type { NumberEntry, RouteRequest, RoutingView } from '../src/index.ts';
import type { SnapshotRows, TableName } from '../src/snapshot/snapshot.ts';

/** The n-th made-up id of a kind: tenants begin with 1, users with 2, configs with 3, numbers with 4. */
export const id = (kind: number, n: number): string =>
  `${kind}${String(n).padStart(7, '0')}-0000-4000-8000-000000000000`;
export const TENANT = id(1, 1);
export const OTHER_TENANT = id(1, 2);
export const USER = id(2, 1);
export const CONFIG = id(3, 1);
export const OTHER_CONFIG = id(3, 2);

/** The deployment of `config()`. */
export const ORIGIN = 'https://livekit.example.com';

export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

/** The rows of every table. */
export type ExampleRows = { readonly [Table in TableName]: readonly SnapshotRows[Table][] };

type Config = SnapshotRows['voice_agent_livekit'];
export const config = (change: Partial<Config> = {}): Config => ({
  id: CONFIG,
  tenantId: TENANT,
  name: 'main',
  url: 'wss://livekit.example.com/',
  sipTrunkId: 'ST_main',
  agentName: 'agent',
  dialMode: 'legacy',
  isActive: true,
  ...change,
});

type NumberRow = SnapshotRows['voice_agent_numbers'];
/** `rules`: the JSON value. */
export const number = ({
  rules = { livekit_config: CONFIG },
  ...change
}: Partial<Omit<NumberRow, 'rules'>> & { rules?: unknown } = {}): NumberRow => ({
  id: id(4, 1),
  tenantId: TENANT,
  baseNumber: '2125550100',
  countryCode: '1',
  isActive: true,
  ...change,
  rules: rules === null ? null : JSON.stringify(rules),
});

type Trunk = SnapshotRows['trunks'];
export const trunk = (change: Partial<Trunk> = {}): Trunk => ({
  deploymentOrigin: ORIGIN,
  sipTrunkId: 'ST_main',
  tenantId: TENANT,
  carrier: null,
  isActive: true,
  cliCountries: null,
  limits: null,
  headerProfiles: null,
  ...change,
});

type Deployment = SnapshotRows['deployments'];
export const deployment = (change: Partial<Deployment> = {}): Deployment => ({
  origin: ORIGIN,
  region: null,
  isActive: true,
  limits: null,
  headerProfiles: null,
  ...change,
});

export const tenant = (
  change: Partial<Omit<SnapshotRows['tenants'], 'defaults'>> & { defaults?: unknown } = {},
): SnapshotRows['tenants'] => ({
  id: TENANT,
  isActive: true,
  ...change,
  defaults: change.defaults === undefined ? null : JSON.stringify(change.defaults),
});

/** Rows by which USER of TENANT may call from +12125550100 over CONFIG, and no others. */
export const exampleRows = (change: Partial<ExampleRows> = {}): ExampleRows => ({
  users: [{ id: USER, tenantId: TENANT }],
  voice_agents: [{ id: 'agent-7', tenantId: TENANT }],
  tenants: [tenant()],
  voice_agent_numbers: [number()],
  voice_agent_livekit: [config()],
  deployments: [],
  trunks: [],
  do_not_call: [],
  ...change,
});

export const request = (change: Partial<RouteRequest> = {}): RouteRequest => ({
  initiatedBy: USER,
  tenantId: undefined,
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  agentId: 'agent-7',
  purpose: undefined,
  routingKey: 'key',
  ...change,
});

/** A view of rows that reads them anew at every look: as slow as it is obvious. */
export function viewOf(rows: ExampleRows): RoutingView {
  return {
    snapshotVersion: 'epoch.1',
    tenantIdOfUser: (userId) => rows.users.find((row) => row.id === userId)?.tenantId ?? undefined,
    tenantIdOfAgent: (agentId) => rows.voice_agents.find((row) => row.id === agentId)?.tenantId,
    tenant(tenantId) {
      const row = rows.tenants.find((row) => row.id === tenantId);
      const isNamed = [rows.users, rows.voice_agent_numbers].flat().some((other) => other.tenantId === tenantId);
      if (row === undefined && !isNamed) return undefined;
      const defaults = readTenantDefaultsText(row?.defaults ?? null);
      return { id: tenantId, isActive: row?.isActive ?? true, hasRow: row !== undefined, defaults };
    },
    numbersMeant: (tenantId, written) =>
      rows.voice_agent_numbers.filter((row) => row.tenantId === tenantId && canMean(written, row)).map(toNumberEntry),
    config(configId) {
      const row = rows.voice_agent_livekit.find((row) => row.id === configId);
      return row && { ...row, server: readServerUrl(row.url) };
    },
    trunk(deploymentOrigin, sipTrunkId) {
      const row = rows.trunks.find((row) => row.deploymentOrigin === deploymentOrigin && row.sipTrunkId === sipTrunkId);
      if (row === undefined) return undefined;
      const { limits, headerProfiles, cliCountries, ...entry } = row;
      return { ...entry, cliCountries: cliCountries ?? undefined, facts: readLineFactsText(limits, headerProfiles) };
    },
    deployment(origin) {
      const row = rows.deployments.find((row) => row.origin === origin);
      if (row === undefined) return undefined;
      const { limits, headerProfiles, ...entry } = row;
      return { ...entry, facts: readLineFactsText(limits, headerProfiles) };
    },
    doNotCall(tenantId, e164) {
      const lists = rows.do_not_call.filter((row) => row.number === e164).map((row) => row.tenantId);
      if (lists.includes(tenantId)) return 'tenant';
      return lists.includes(null) ? 'everybody' : undefined;
    },
  };
}

function toNumberEntry({ id, baseNumber, countryCode, rules, isActive }: NumberRow): NumberEntry {
  return {
    id,
    baseNumber,
    countryCode: countryDigits(countryCode),
    e164: toE164({ baseNumber, countryCode }),
    isActive,
    rules: readRulesText(rules),
  };
}
