import { startCarrierSimulatorProcess, startLiveKitServer, startRedis } from '@dialplane/real-parts';
import type { CarrierSimulatorProcess, LiveKitServer, OnProgress } from '@dialplane/real-parts';
import { SipClient } from 'livekit-server-sdk';

import { BASE_NUMBER, COUNTRY_CODE } from './demo-case.ts';

/** A LiveKit server with a trunk, and the simulated carrier that stands before it. */
export interface Deployment {
  readonly server: LiveKitServer;
  readonly carrier: CarrierSimulatorProcess;
  readonly sipTrunkId: string;
}

export interface DeploymentOptions {
  readonly name: string;
  /** Which database of a given Redis is the deployment's. */
  readonly database: number;
  readonly webhookUrl: string;
  readonly onProgress: OnProgress;
  readonly keep: <T extends { stop(): Promise<void> }>(start: () => Promise<T>) => Promise<T>;
}

/** Starts a deployment. Who calls its carrier's `url` is served by the server, but for the dials. */
export async function startDeployment(options: DeploymentOptions): Promise<Deployment> {
  const { name, database, webhookUrl, onProgress, keep } = options;
  const redis = await keep(() => startRedis({ database, onProgress }));
  const server = await keep(() => startLiveKitServer({ redisUrl: redis.url, webhookUrl, onProgress }));
  const sipTrunkId = await createTrunk(server, name);
  const { url: upstream, apiKey, apiSecret } = server;
  const carrier = await keep(() =>
    startCarrierSimulatorProcess({ upstream, apiKey, apiSecret, trunks: [sipTrunkId], join: true }),
  );
  return { server, carrier, sipTrunkId };
}

/** Trunks live in LiveKit's Redis, which the demo does not keep. */
async function createTrunk(server: LiveKitServer, name: string): Promise<string> {
  const sip = new SipClient(server.url, server.apiKey, server.apiSecret);
  const trunk = await sip.createSipOutboundTrunk(name, 'sip.example.com', [`+${COUNTRY_CODE}${BASE_NUMBER}`]);
  return trunk.sipTrunkId;
}
