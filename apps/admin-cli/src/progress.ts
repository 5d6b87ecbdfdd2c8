import type { Io } from './io.ts';
import { dim } from './text.ts';

/** Says on stderr what takes long: on a terminal one line that comes and goes, else a line each. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away before anything else is printed. */
  clear(): void;
}

const ERASE_LINE = '\r\u001b[2K';

export function createProgress({ stderr }: Pick<Io, 'stderr'>): Progress {
  let isShown = false;
  return {
    show(text) {
      if (stderr.isTTY !== true) {
        stderr.write(`${text}\n`);
        return;
      }
      stderr.write(`${ERASE_LINE}${dim(`${text}…`)}`);
      isShown = true;
    },
    clear() {
      if (isShown) stderr.write(ERASE_LINE);
      isShown = false;
    },
  };
}
