/** The real servers and processes that the demo and the tests run against. */
export { findOnPath } from './find-on-path.ts';
export { freeTcpPort } from './free-ports.ts';
export type { OnProgress } from './on-progress.ts';
export { provideLiveKitServer } from './provide-livekit-server.ts';
export { startAgentWorker } from './start-agent-worker.ts';
export type { AgentWorker, AgentWorkerOptions } from './start-agent-worker.ts';
export { startCarrierSimulatorProcess } from './start-carrier-simulator-process.ts';
export type { CarrierSimulatorProcess, CarrierSimulatorProcessOptions } from './start-carrier-simulator-process.ts';
export { startLiveKitServer } from './start-livekit-server.ts';
export type { LiveKitServer, LiveKitServerOptions } from './start-livekit-server.ts';
export { startRedis } from './start-redis.ts';
export type { Redis, RedisOptions } from './start-redis.ts';
export { startApp } from './start-app.ts';
export type { AppOptions, RunningApp } from './start-app.ts';
export { runToEnd } from './run-to-end.ts';
export type { RunToEndOptions } from './run-to-end.ts';
export { startGuardedProcess } from './start-guarded-process.ts';
export type { GuardedProcessOptions, RunningProcess } from './start-guarded-process.ts';
