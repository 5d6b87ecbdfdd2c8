/** A process that is killed, frozen and started again, always at the same place. */
export interface Killable {
  readonly name: string;
  isRunning(): boolean;
  /** How often it was started. */
  starts(): number;
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
}

/** What is started anew each time. */
export interface Life {
  pid(): number;
  /** Also cleans up after a process that is gone. */
  stop(): Promise<void>;
}

/** `begin` starts the process for the nth time, 1 being the first. */
export function createKillable(name: string, begin: (life: number) => Promise<Life>): Killable {
  let life: Life | undefined;
  let starts = 0;
  const signal = (which: NodeJS.Signals): void => {
    if (life !== undefined) process.kill(life.pid(), which);
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
    starts: () => starts,
    kill: () => end('SIGKILL'),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async start() {
      if (life === undefined) life = await begin(++starts);
    },
    stop: () => end('SIGCONT'),
  };
}
