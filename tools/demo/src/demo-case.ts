/**
 * A made-up case: five tenants have the same base number, from different providers, and two LiveKit
 * deployments serve two of them.
 */
export const BASE_NUMBER = '2125550123';
export const COUNTRY_CODE = '1';
/** At the simulated carrier it rings for four seconds, answers, and hangs up a second later. */
export const TO_NUMBER = '+12125550124';
/** Rings for four seconds, answers, and never hangs up. */
export const LASTING_TO_NUMBER = '+12125550114';

export interface DemoDeployment {
  readonly configId: string;
  readonly name: string;
  readonly agentName: string;
  /** How its URL is written in the database. */
  readonly scheme: 'http' | 'ws';
}

export const UAE: DemoDeployment = {
  configId: 'c0000000-0000-4000-8000-000000000001',
  name: 'uae-vm',
  agentName: 'demo-agent-uae',
  scheme: 'http',
};
export const INDIA: DemoDeployment = {
  configId: 'c0000000-0000-4000-8000-000000000002',
  name: 'india-cloud',
  agentName: 'demo-agent-india',
  scheme: 'ws',
};

export interface DemoTenant {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly provider: string;
  /** The config in the number's rules. */
  readonly configId: string | undefined;
  readonly numberIsActive: boolean;
}

const tenant = (
  digit: string,
  name: string,
  provider: string,
  configId: string | undefined,
  numberIsActive = true,
): DemoTenant => ({
  id: `${digit.repeat(8)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`,
  userId: `a${digit.repeat(7)}-${digit.repeat(4)}-4${digit.repeat(3)}-8${digit.repeat(3)}-${digit.repeat(12)}`,
  name,
  provider,
  configId,
  numberIsActive,
});

export const ACME = tenant('1', 'Acme Clinics', 'Carrier One', UAE.configId);
export const CEDAR = tenant('3', 'Cedar Travel', 'Carrier Three', INDIA.configId);
export const TENANTS: readonly DemoTenant[] = [
  ACME,
  tenant('2', 'Birch Bank', 'Carrier Two', undefined),
  CEDAR,
  tenant('4', 'Dune Foods', 'Carrier Four', UAE.configId),
  tenant('5', 'Elm Estates', 'Carrier Five', INDIA.configId, false),
];

/** Belongs to another tenant than the one that calls with it, as agents may. */
export const AGENT = { id: 'b0000000-0000-4000-8000-000000000001', tenantId: CEDAR.id, name: 'Reminder' };
