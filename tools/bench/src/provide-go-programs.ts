import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { findOnPath, runToEnd } from '@dialplane/real-parts';
import type { OnProgress } from '@dialplane/real-parts';

import { cacheFolder, hashOfFiles, makeOnce } from './cache-folder.ts';

const SOURCES = join(import.meta.dirname, '../go');
const PROTOS = join(import.meta.dirname, '../../../proto');
/** What the echo in Go needs of the contract. */
const WANTED_PROTOS = ['router', 'rejection', 'privacy'].map((name) => `dialplane/v1/${name}.proto`);
const GENERATED = 'dialplane/bench/gen/dialplanev1';
const PLUGINS = ['google.golang.org/protobuf/cmd/protoc-gen-go', 'google.golang.org/grpc/cmd/protoc-gen-go-grpc'];

export interface GoPrograms {
  readonly loadgen: string;
  readonly echo: string;
}

/** The load generator and the echo in Go, built once per state of their sources and of the protos. */
export async function provideGoPrograms(onProgress: OnProgress): Promise<GoPrograms> {
  const hash = hashOfFiles(join(SOURCES, '../../..'), ['tools/bench/go/**/*.{go,mod,sum}', 'proto/**/*.proto']);
  const folder = await makeOnce(`bench-go-${hash}`, (making) => build(making, onProgress));
  return { loadgen: join(folder, 'loadgen'), echo: join(folder, 'echo') };
}

async function build(folder: string, onProgress: OnProgress): Promise<void> {
  const go = await findOnPath('go');
  if (go === undefined) throw new Error('The bench needs the Go toolchain, for its load generator: install Go.');
  onProgress('Building the load generator and the echo in Go, once: up to two minutes');
  const work = join(folder, 'work');
  await cp(SOURCES, work, { recursive: true });
  await mkdir(join(work, 'bin'));
  const env = {
    ...process.env,
    // Go wants these even where there is no HOME. They are kept, so that a change of the sources builds in seconds.
    GOPATH: join(cacheFolder(), 'go-path'),
    GOCACHE: join(cacheFolder(), 'go-build'),
    GOFLAGS: '-mod=readonly -modcacherw',
    GOWORK: 'off',
  };
  const build = (...packages: string[]): Promise<void> =>
    runToEnd(go, ['build', '-C', work, '-o', 'bin/', ...packages], { env });
  await build(...PLUGINS);
  await generate(work);
  await build('./loadgen', './echo');
  for (const program of ['loadgen', 'echo']) await rename(join(work, 'bin', program), join(folder, program));
  await rm(work, { recursive: true });
}

/** Go's messages and service, from the protos as they are: these say nothing of Go. */
async function generate(work: string): Promise<void> {
  const opt = [
    'module=dialplane/bench',
    ...WANTED_PROTOS.map((proto) => `M${proto}=${GENERATED}`),
    'Mgoogle/rpc/status.proto=google.golang.org/genproto/googleapis/rpc/status',
  ];
  const plugins = ['protoc-gen-go', 'protoc-gen-go-grpc'].map((name) => ({
    local: join(work, 'bin', name),
    out: work,
    opt,
  }));
  const buf = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf');
  const paths = WANTED_PROTOS.flatMap((proto) => ['--path', join(PROTOS, proto)]);
  const template = JSON.stringify({ version: 'v2', plugins });
  await runToEnd(process.execPath, [buf, 'generate', PROTOS, '--template', template, ...paths]);
}
