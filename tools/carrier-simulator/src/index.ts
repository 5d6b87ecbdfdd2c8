/** A carrier, and LiveKit's SIP service before it, for tests: see README.md. */
export { CARRIER_BEHAVIOURS, carrierBehaviour } from './carrier-behaviour.ts';
export type { CallEnd, CarrierBehaviour } from './carrier-behaviour.ts';
export type { Fault } from './faults.ts';
export type { RingCount, RingRecord } from './ring-log.ts';
export { startCarrierSimulator } from './start-carrier-simulator.ts';
export type { CarrierSimulator, CarrierSimulatorOptions } from './start-carrier-simulator.ts';
export type { Controls, CurrentDial } from './controls.ts';
