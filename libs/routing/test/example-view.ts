import type { LiveKitConfig, VoiceAgentNumber } from '@dialplane/tenancy';

import type { RouteRequest, RoutingView } from '../src/index.ts';

/** The n-th made-up id of a kind: tenants begin with 1, users with 2, configs with 3, numbers with 4. */
export const id = (kind: number, n: number): string =>
  `${kind}${String(n).padStart(7, '0')}-0000-4000-8000-000000000000`;
export const TENANT = id(1, 1);
export const OTHER_TENANT = id(1, 2);
export const USER = id(2, 1);
export const CONFIG = id(3, 1);

export const NOW = new Date('2026-01-02T03:04:05.678Z');

export const config = (change: Partial<LiveKitConfig> = {}): LiveKitConfig => ({
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

export const number = (change: Partial<VoiceAgentNumber> = {}): VoiceAgentNumber => ({
  id: id(4, 1),
  tenantId: TENANT,
  baseNumber: '2125550100',
  countryCode: '1',
  provider: 'carrier',
  rules: { livekit_config: CONFIG },
  isActive: true,
  ...change,
});

/** A view in which USER of TENANT may call from +12125550100 over CONFIG. */
export const view = (change: Partial<RoutingView> = {}): RoutingView => ({
  snapshotVersion: 'epoch.1',
  userTenantId: TENANT,
  tenant: { id: TENANT, isActive: true },
  numbers: [number()],
  configs: [config()],
  agentTenantId: TENANT,
  environmentFallback: undefined,
  ...change,
});

export const request = (change: Partial<RouteRequest> = {}): RouteRequest => ({
  initiatedBy: USER,
  tenantId: undefined,
  fromNumber: '+12125550100',
  toNumber: '+12125550199',
  agentId: 'agent-7',
  ...change,
});
