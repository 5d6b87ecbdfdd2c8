/** A process that is killed, frozen and started again, always at the same place. */
export interface Killable {
  readonly name: string;
  isRunning(): boolean;
  /** For how long it has been running, in milliseconds; 0 when it is not. */
  upFor(): number;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
  /** Starts it again; resolves when it answers. Does nothing when it runs. */
  start(): Promise<void>;
  /** Ends it for good, by asking. */
  stop(): Promise<void>;
  /** What it wrote last, for each time at which it was found to have ended by itself. */
  readonly ownEnds: readonly string[];
}

/** What is started anew each time. */
export interface Life {
  /** Throws when it has ended. */
  pid(): number;
  output?(): string;
  /** Also cleans up after a process that is gone. */
  stop(): Promise<void>;
}

const SHOWN_OUTPUT = 2_000;

/** `begin` starts the process for the nth time, 1 being the first. */
export function createKillable(name: string, begin: (life: number) => Promise<Life>): Killable {
  let life: Life | undefined;
  let starts = 0;
  let startedAt = 0;
  const ownEnds: string[] = [];
  const signal = (which: NodeJS.Signals): void => {
    if (life === undefined) return;
    try {
      process.kill(life.pid(), which);
    } catch {
      ownEnds.push(`${name}, life ${starts}: ${life.output?.().slice(-SHOWN_OUTPUT) ?? 'it ended'}`);
    }
  };
  const end = async (which?: NodeJS.Signals): Promise<void> => {
    if (life === undefined) return;
    if (which !== undefined) signal(which);
    const ending = life;
    life = undefined;
    await ending.stop();
  };
  return {
    name,
    isRunning: () => life !== undefined,
    upFor: () => (life === undefined ? 0 : performance.now() - startedAt),
    kill: () => end('SIGKILL'),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async start() {
      if (life !== undefined) return;
      life = await begin(++starts);
      startedAt = performance.now();
    },
    stop: () => end('SIGCONT'),
    ownEnds,
  };
}
