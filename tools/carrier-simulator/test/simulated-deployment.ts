import { randomUUID } from 'node:crypto';

import { RoomServiceClient, SipClient } from 'livekit-server-sdk';
import type { CreateSipParticipantOptions, SIPParticipantInfo } from 'livekit-server-sdk';

import { startCarrierSimulator } from '../src/index.ts';
import type { CarrierSimulator, CarrierSimulatorOptions } from '../src/index.ts';

export interface Deployment {
  readonly url: string;
  readonly wsUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export const TRUNK = 'ST_example';
/** The SDK would repeat requests to other regions. */
export const ONCE = { failover: false };

/** The first of the run's real deployments. */
export const [livekit] = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT ?? '[]') as [Deployment];

export interface SimulatedDeployment {
  readonly simulator: CarrierSimulator;
  readonly sip: SipClient;
  readonly rooms: RoomServiceClient;
  /** Dials a number by its last two digits, into a room of its own unless one is named. */
  dial(digits: string, options?: CreateSipParticipantOptions & { room?: string }): Promise<SIPParticipantInfo>;
  /** How many INVITEs were sent into a room. */
  invites(room: string): number;
}

/** A simulator before the real deployment, and the SDK's clients of it. */
export async function startSimulatedDeployment(
  options: Partial<CarrierSimulatorOptions> = {},
): Promise<SimulatedDeployment> {
  const { url: upstream, apiKey, apiSecret } = livekit;
  const simulator = await startCarrierSimulator({ upstream, apiKey, apiSecret, trunks: [TRUNK], ...options });
  const sip = new SipClient(simulator.url, apiKey, apiSecret, ONCE);
  return {
    simulator,
    sip,
    rooms: new RoomServiceClient(simulator.url, apiKey, apiSecret, ONCE),
    dial: (digits, { room = newRoom(), ...rest } = {}) =>
      sip.createSipParticipant(TRUNK, numberOf(digits), room, {
        participantIdentity: 'callee',
        fromNumber: '+12125550199',
        waitUntilAnswered: true,
        ringingTimeout: 20,
        ...rest,
      }),
    invites: (room) =>
      simulator
        .rings()
        .filter((count) => count.room === room)
        .reduce((sum, { invites }) => sum + invites, 0),
  };
}

export function newRoom(): string {
  return `call-${randomUUID()}`;
}

export function numberOf(digits: string): string {
  return `+121255501${digits}`;
}

/** Asks again and again until there is something, for twenty seconds at most. */
export async function eventually<T>(ask: () => T | Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await ask();
    if (isThere(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not in time. The last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
