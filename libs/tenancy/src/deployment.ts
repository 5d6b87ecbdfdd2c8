import type { SetOutcome } from './trunk.ts';

/** A LiveKit server as it is registered. */
export interface Deployment {
  /** The http or https origin of its URLs. */
  readonly origin: string;
  readonly region: string | null;
  readonly isActive: boolean;
  /** The JSON as stored. */
  readonly limits: unknown;
  /** The JSON as stored. */
  readonly headerProfiles: unknown;
}

/** What is left out stays; null takes away. */
export interface DeploymentChange {
  readonly region?: string | null;
  readonly isActive?: boolean;
  readonly limits?: unknown;
  readonly headerProfiles?: unknown;
}

/** Deployments belong to no tenant. */
export interface DeploymentRepository {
  /** Registers the deployment, or changes it. */
  set(origin: string, change: DeploymentChange): Promise<SetOutcome<Deployment>>;
  list(): Promise<Deployment[]>;
}
