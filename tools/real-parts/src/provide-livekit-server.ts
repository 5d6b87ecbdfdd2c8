import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { findOnPath, isExecutable } from './find-on-path.ts';
import type { OnProgress } from './on-progress.ts';
import { runToEnd } from './run-to-end.ts';

const VERSION = '1.11.0';
const MODULE = `github.com/livekit/livekit-server/cmd/server@v${VERSION}`;
const REPORT_EVERY_MS = 10_000;

/**
 * The path of a livekit-server: `LIVEKIT_SERVER_BIN`, else the one on the PATH, else the one that was built
 * into the per-user cache, which is done here, once, with Go.
 */
export async function provideLiveKitServer(options: { onProgress?: OnProgress } = {}): Promise<string> {
  const named = process.env.LIVEKIT_SERVER_BIN;
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return named;
    throw new Error(`LIVEKIT_SERVER_BIN names ${named}, which is not an executable file. Correct it or unset it.`);
  }
  const onPath = await findOnPath('livekit-server');
  if (onPath !== undefined) return onPath;
  const cached = join(cacheFolder(), `livekit-server-${VERSION}`);
  if (await isExecutable(cached)) return cached;
  await build(cached, options.onProgress ?? (() => {}));
  return cached;
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dialplane');
}

async function build(target: string, onProgress: OnProgress): Promise<void> {
  const go = await findOnPath('go');
  if (go === undefined) {
    throw new Error(
      `A LiveKit server is needed, and there is neither one nor the Go toolchain to build one. Install livekit-server ${VERSION} ` +
        '(on the PATH, or named by LIVEKIT_SERVER_BIN), or Go, and run this again.',
    );
  }
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), 'build-'));
  let packages = 0;
  const report = setInterval(
    () => onProgress(`Building livekit-server: ${packages} of some 900 packages so far`),
    REPORT_EVERY_MS,
  );
  try {
    onProgress(`Building livekit-server ${VERSION} with Go, once; it takes two minutes or more`);
    await runToEnd(go, ['install', '-v', '-modcacherw', MODULE], {
      // Go wants these even where there is no HOME.
      env: { ...process.env, GOPATH: join(folder, 'path'), GOCACHE: join(folder, 'cache'), GOBIN: join(folder, 'bin') },
      onLine: (line) => {
        if (!line.startsWith('go: ')) packages += 1;
      },
    });
    // Atomic: another process sees the whole binary or none.
    await rename(join(folder, 'bin', 'server'), target);
    onProgress(`Built livekit-server ${VERSION} into ${target}`);
  } finally {
    clearInterval(report);
    await rm(folder, { recursive: true, force: true });
  }
}
