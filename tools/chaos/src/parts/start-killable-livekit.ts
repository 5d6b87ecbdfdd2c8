import { randomBytes } from 'node:crypto';

import { startLiveKitServer } from '@dialplane/real-parts';

import { createKillable } from './killable.ts';
import type { Killable } from './killable.ts';
import { lastingPort } from './lasting-port.ts';

export interface LiveKitNode extends Killable {
  readonly url: string;
  readonly wsUrl: string;
}

export interface LiveKitCluster {
  readonly nodes: readonly LiveKitNode[];
  readonly key: { readonly apiKey: string; readonly apiSecret: string };
}

/** Nodes of one deployment: they share a Redis and a key, and each comes back at its own port. */
export async function startLiveKitCluster(options: {
  readonly redisUrl: string;
  readonly nodes: number;
  readonly webhookUrl: string;
}): Promise<LiveKitCluster> {
  const { redisUrl, webhookUrl } = options;
  const key = {
    apiKey: `API${randomBytes(9).toString('hex')}`,
    apiSecret: randomBytes(32).toString('base64url'),
  };
  const nodes: LiveKitNode[] = [];
  for (let n = 1; n <= options.nodes; n++) {
    const port = await lastingPort();
    const node = createKillable(`livekit-${n}`, () => startLiveKitServer({ redisUrl, webhookUrl, key, port }));
    await node.start();
    nodes.push({ ...node, url: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}` });
  }
  return { nodes, key };
}
