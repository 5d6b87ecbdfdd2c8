import { fileURLToPath } from 'node:url';

import { startGuardedProcess } from './start-guarded-process.ts';

export interface CarrierSimulatorProcessOptions {
  /** The real livekit-server, `http://host:port`, and its key. */
  readonly upstream: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly trunks: readonly string[];
  readonly webhookUrl?: string;
  /** An append-only file of JSON lines, one for each INVITE and what became of it. */
  readonly ringsFile?: string;
  /** Whether callees join their rooms as real participants. */
  readonly join?: boolean;
  /** `127.0.0.1:<port>`; a free port when unset. */
  readonly listen?: string;
  readonly control?: string;
}

export interface CarrierSimulatorProcess {
  /** What a dispatcher takes for its LiveKit server. */
  readonly url: string;
  readonly wsUrl: string;
  readonly controlUrl: string;
  pid(): number;
  output(): string;
  stop(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('../../carrier-simulator/src/main.ts', import.meta.url));
/** The line that it writes once it listens. */
const LISTENING = /^\{"event":"listening".*\}$/m;

/** Starts the carrier simulator as a process of its own, and waits until it listens. */
export async function startCarrierSimulatorProcess(
  options: CarrierSimulatorProcessOptions,
): Promise<CarrierSimulatorProcess> {
  const { upstream, apiKey, apiSecret, trunks, webhookUrl, ringsFile, join = false, listen, control } = options;
  const named = { upstream, 'api-key': apiKey, 'api-secret': apiSecret, 'webhook-url': webhookUrl, rings: ringsFile };
  const given = Object.entries({ ...named, listen, control }).filter(([, value]) => value !== undefined);
  const args = [
    ...given.map(([name, value]) => `--${name}=${value}`),
    ...trunks.map((id) => `--trunk=${id}`),
    ...(join ? ['--join'] : []),
  ];
  const simulator = await startGuardedProcess({
    name: 'carrier-simulator',
    command: process.execPath,
    args: () => ['--no-warnings', ENTRY, ...args],
    isReady: async (process) => LISTENING.test(process.output()),
  });
  const line = LISTENING.exec(simulator.output())?.[0] ?? '{}';
  const { url, wsUrl, controlUrl } = JSON.parse(line) as { url: string; wsUrl: string; controlUrl: string };
  return { url, wsUrl, controlUrl, pid: simulator.pid, output: simulator.output, stop: simulator.stop };
}
