import { REASONS } from '@dialplane/calls';
import type { CallReason } from '@dialplane/calls';
import type { LiveKitError } from '@dialplane/livekit';

import { originOf } from '../targets/origin-of.ts';
import { createBreaker } from './create-breaker.ts';
import type { Breaker, BreakerState } from './create-breaker.ts';
import { isDeploymentFailure, isDeploymentSuccess } from './whose-failure.ts';

const FAILURES_TO_OPEN = 5;
const HALF_OPEN_AFTER_MS = 10_000;

export interface DeploymentHealthOptions {
  /**
   * Reads something of the deployment at this origin, with any key of it. Rejects with the LiveKitError. A refused
   * key shows that the deployment is up.
   */
  readonly probe: (origin: string) => Promise<void>;
  /** Told when a breaker opens or closes. */
  readonly onChange?: (change: BreakerEntry) => void;
  /** How many failures in a row open a breaker; 5 when unset. */
  readonly failuresToOpen?: number;
  /** How long a breaker stays open before it is tried, in milliseconds; 10,000 when unset. */
  readonly halfOpenAfterMs?: number;
}

/** A breaker that has counted something. */
export interface BreakerEntry {
  readonly origin: string;
  /** Undefined: of the deployment as a whole. */
  readonly sipTrunkId: string | undefined;
  readonly state: BreakerState;
  /** How often it has opened. */
  readonly openings: number;
}

/**
 * What this process has seen of deployments and of the trunks on them: a breaker for each, fed by those who send
 * something there. An origin may be given as any URL of the server.
 */
export interface DeploymentHealth {
  /** Whether a target there should be tried last. An open trunk is tried again by the next call, once its time is over. */
  isEjected(origin: string, sipTrunkId?: string): boolean;
  /** The same targets, the ejected ones last, otherwise in their order. */
  order<Target extends { readonly serverUrl: string; readonly sipTrunkId: string }>(
    targets: readonly Target[],
  ): Target[];
  /** A request was served; with a trunk, a dial over it was answered. */
  succeeded(origin: string, sipTrunkId?: string): void;
  /** A request failed. Not to be told of listAgentDispatches, whose error for a room that is gone is a deployment's. */
  failed(origin: string, error: LiveKitError): void;
  /** A dial over a trunk failed, for this reason. */
  trunkFailed(origin: string, sipTrunkId: string, reason: CallReason): void;
  /** Every breaker that has counted something. */
  list(): readonly BreakerEntry[];
  /** Probes nothing any more. */
  stop(): void;
}

export function createDeploymentHealth(options: DeploymentHealthOptions): DeploymentHealth {
  const { probe, onChange, failuresToOpen = FAILURES_TO_OPEN, halfOpenAfterMs = HALF_OPEN_AFTER_MS } = options;
  const breakers = new Map<
    string,
    { readonly origin: string; readonly sipTrunkId?: string; readonly breaker: Breaker }
  >();

  const find = (origin: string, sipTrunkId?: string): Breaker | undefined =>
    breakers.get(keyOf(origin, sipTrunkId))?.breaker;

  /** Made at the first failure: whatever never failed costs nothing. */
  const make = (origin: string, sipTrunkId?: string): Breaker => {
    const found = find(origin, sipTrunkId);
    if (found !== undefined) return found;
    const breaker: Breaker = createBreaker({
      counts: sipTrunkId === undefined ? isDeploymentFailure : () => true,
      failuresToOpen,
      halfOpenAfterMs,
      probe: sipTrunkId === undefined ? () => probe(origin) : undefined,
      onChange: (state) => onChange?.({ origin, sipTrunkId, state, openings: breaker.openings() }),
    });
    breakers.set(keyOf(origin, sipTrunkId), { origin, ...(sipTrunkId !== undefined && { sipTrunkId }), breaker });
    return breaker;
  };

  const health: DeploymentHealth = {
    isEjected(url, sipTrunkId) {
      const origin = originOf(url);
      if ((find(origin)?.state() ?? 'closed') !== 'closed') return true;
      return sipTrunkId !== undefined && find(origin, sipTrunkId)?.state() === 'open';
    },
    order(targets) {
      const judged = targets.map((target) => ({
        target,
        isEjected: health.isEjected(target.serverUrl, target.sipTrunkId),
      }));
      return [...judged.filter(({ isEjected }) => !isEjected), ...judged.filter(({ isEjected }) => isEjected)].map(
        ({ target }) => target,
      );
    },
    succeeded(url, sipTrunkId) {
      const origin = originOf(url);
      find(origin)?.report({});
      if (sipTrunkId !== undefined) find(origin, sipTrunkId)?.report({});
    },
    failed(url, error) {
      const origin = originOf(url);
      if (isDeploymentFailure(error)) make(origin).report({ error });
      if (isDeploymentSuccess(error)) find(origin)?.report({});
    },
    trunkFailed(url, sipTrunkId, reason) {
      const origin = originOf(url);
      const { trunk } = REASONS[reason];
      if (trunk === 'failed') make(origin, sipTrunkId).report({ error: new Error(reason) });
      if (trunk === 'works') find(origin, sipTrunkId)?.report({});
    },
    list: () =>
      [...breakers.values()].map(({ origin, sipTrunkId, breaker }) => ({
        origin,
        sipTrunkId,
        state: breaker.state(),
        openings: breaker.openings(),
      })),
    stop() {
      for (const { breaker } of breakers.values()) breaker.stop();
    },
  };
  return health;
}

function keyOf(origin: string, sipTrunkId = ''): string {
  return `${origin} ${sipTrunkId}`;
}
