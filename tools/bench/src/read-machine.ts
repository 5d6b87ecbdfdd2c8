import { execFile } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';

import grpcPackage from '@grpc/grpc-js/package.json' with { type: 'json' };
import pg from 'pg';

/** What the figures were taken on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  readonly grpcJs: string;
  readonly postgres: string;
  readonly go: string;
  readonly python: string;
}

/** Asks the machine, and the PostgreSQL at a URL, if there is one. */
export async function readMachine(postgresUrl: string | undefined): Promise<Machine> {
  return {
    processor: cpus()[0]?.model.trim() ?? '',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    grpcJs: grpcPackage.version,
    postgres: postgresUrl === undefined ? '' : await versionOfPostgres(postgresUrl),
    go: await firstMatch('go', ['version'], /go(\d[\d.]*)/),
    python: await firstMatch('python3', ['--version'], /(\d[\d.]*)/),
  };
}

async function versionOfPostgres(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? '';
  } finally {
    await client.end();
  }
}

/** Empty when there is no such program. */
async function firstMatch(program: string, args: string[], pattern: RegExp): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args).catch(() => ({ stdout: '' }));
  return pattern.exec(stdout)?.[1] ?? '';
}
