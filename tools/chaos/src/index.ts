/** Calls under fire: what `npm run test:chaos` runs, for tests to run it, too. */
export { startLightWorker } from './light-worker.ts';
export type { LightJob, LightWorker, LightWorkerOptions } from './light-worker.ts';
export { startTcpProxy } from './parts/start-tcp-proxy.ts';
export type { TcpProxy, TcpProxyOptions } from './parts/start-tcp-proxy.ts';
export { judge } from './report/judge.ts';
export { toCounts } from './report/to-json.ts';
export type { ChaosCounts, ChaosReport } from './report/to-json.ts';
export { runChaos } from './run-chaos.ts';
export type { ChaosOptions, ChaosResult } from './run-chaos.ts';
export { runWithTwins } from './run-with-twins.ts';
export type { TwinSettings, Twins } from './run-with-twins.ts';
