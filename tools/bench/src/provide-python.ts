import { existsSync, globSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { runToEnd } from '@dialplane/real-parts';
import type { OnProgress } from '@dialplane/real-parts';

import { hashOfFiles, makeOnce } from './cache-folder.ts';

const SOURCES = join(import.meta.dirname, '../python');
const PROTOS = join(import.meta.dirname, '../../../proto');

export interface PythonService {
  readonly python: string;
  /** The script and the folder of its stubs. */
  readonly args: readonly string[];
}

/** The present approach in Python, with its environment: made once per list of pins and state of the protos. */
export async function providePython(onProgress: OnProgress): Promise<PythonService> {
  const hash = hashOfFiles(join(SOURCES, '../../..'), ['tools/bench/python/requirements.txt', 'proto/**/*.proto']);
  const folder = await makeOnce(`bench-python-${hash}`, async (making) => {
    onProgress('Making the Python environment of the present approach, once');
    await runToEnd('python3', ['-m', 'venv', join(making, 'env')]).catch((cause: unknown) => {
      const message = 'The bench needs python3 with venv: install it (Debian: apt-get install python3-venv).';
      throw new Error(message, { cause });
    });
    const python = join(making, 'env/bin/python');
    await runToEnd(python, ['-m', 'pip', 'install', '--quiet', '--requirement', join(SOURCES, 'requirements.txt')]);
    const stubs = join(making, 'stubs');
    await mkdir(stubs);
    const protos = globSync('dialplane/**/*.proto', { cwd: PROTOS }).sort();
    const out = [`--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    await runToEnd(python, ['-m', 'grpc_tools.protoc', `--proto_path=${PROTOS}`, ...out, ...protos]);
  });
  const python = join(folder, 'env/bin/python');
  if (!existsSync(python)) throw new Error(`${folder} is broken: remove it, and run this again.`);
  return { python, args: [join(SOURCES, 'three_queries.py'), join(folder, 'stubs')] };
}
