import { startGuardedProcess } from '@dialplane/real-parts';
import type { RunningProcess } from '@dialplane/real-parts';

export interface ServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A server in a process of its own. */
export interface Server extends RunningProcess {
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
}

/** Every server of the bench writes one line with its address when it listens. */
const LISTENING = /"address":\s*"([^"]+)"/;
/** A router reads a million rows first. */
const READY_TIMEOUT_MS = 120_000;

/** Starts a server and waits until it listens. */
export async function startServer({ name, command, args, env = {} }: ServerOptions): Promise<Server> {
  const running = await startGuardedProcess({
    name,
    command,
    args: () => args,
    env: { ...process.env, ...env },
    readyTimeoutMs: READY_TIMEOUT_MS,
    isReady: async (process) => LISTENING.test(process.output()),
  });
  return { ...running, name, address: LISTENING.exec(running.output())?.[1] ?? '' };
}
