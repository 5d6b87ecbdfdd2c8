import type { Io } from './io.ts';
import { dim } from './text.ts';

/** What is said on stderr while something takes long. */
export interface Progress {
  /** A line that comes and goes; on a terminal only. */
  readonly show: (text: string) => void;
  /** A line that stays. */
  readonly tell: (text: string) => void;
  /** Takes the shown line away before anything else is printed. */
  readonly clear: () => void;
}

const ERASE_LINE = '\r\u001b[2K';

export function createProgress({ stderr }: Pick<Io, 'stderr'>): Progress {
  let isShown = false;
  const clear = () => {
    if (isShown) stderr.write(ERASE_LINE);
    isShown = false;
  };
  return {
    show: (text) => {
      if (stderr.isTTY !== true) return;
      stderr.write(`${ERASE_LINE}${dim(`${text}…`)}`);
      isShown = true;
    },
    tell: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    clear,
  };
}
