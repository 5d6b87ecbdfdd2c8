import type { Readable, Writable } from 'node:stream';

/** What the CLI knows of the world around it: `main.ts` hands it the process, a test whatever it wants to look at. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Aborted when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
}
