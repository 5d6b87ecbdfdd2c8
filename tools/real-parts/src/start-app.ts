import { startGuardedProcess } from './start-guarded-process.ts';

export interface AppOptions {
  readonly name: string;
  /** The app's `main.ts`. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface RunningApp {
  /** `host:port`, read from the app's own log. */
  readonly address: string;
  output(): string;
  stop(): Promise<void>;
}

/** An app logs one line with its address when it listens. */
const LISTENING = /"address":"([^"]+)"/;

/** Starts one of the apps as a process of its own, and waits until it listens. */
export async function startApp({ name, entry, env }: AppOptions): Promise<RunningApp> {
  const app = await startGuardedProcess({
    name,
    command: process.execPath,
    args: () => [entry],
    env,
    isReady: async (process) => LISTENING.test(process.output()),
  });
  return { address: LISTENING.exec(app.output())?.[1] ?? '', output: app.output, stop: app.stop };
}
