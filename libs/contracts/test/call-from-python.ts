import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** What a caller in Python gets: a reply in ProtoJSON with the names of the proto, or an error. */
export interface PythonReply {
  /** The gRPC status code's name: `OK`, `INVALID_ARGUMENT`, … */
  readonly code: string;
  readonly message: string;
  /** Undefined unless the code is OK. */
  readonly response?: Readonly<Record<string, unknown>>;
  /** The error's details, each with its `@type`. */
  readonly details: readonly Readonly<Record<string, unknown>>[];
}

const WORKSPACE = resolve(import.meta.dirname, '../../..');
const PROTOS = join(WORKSPACE, 'proto');
const SOURCES = join(import.meta.dirname, 'python');
const CACHE = join(WORKSPACE, 'node_modules/.cache/dialplane-python');

/**
 * Makes the Python environment and the stubs, once per machine and state of the protos: a quarter of a minute.
 * It needs `python3` and PyPI. Tests that call from Python await it in `beforeAll`, with time to spare.
 */
export async function preparePython(): Promise<void> {
  await askPython({ decode: [] });
}

/** Calls a server from Python, with a client generated from the protos. The request is ProtoJSON. */
export async function callFromPython(
  address: string,
  service: 'Router' | 'Dispatcher' | 'AgentCalls',
  method: string,
  request: Readonly<Record<string, unknown>>,
  { timeoutSeconds = 20 } = {},
): Promise<PythonReply> {
  return (await askPython({ address, service, method, request, timeoutSeconds })) as PythonReply;
}

/** Reads messages in Python: type names and bytes in hex in, ProtoJSON out. */
export async function decodeInPython(messages: readonly { type: string; bytes: string }[]): Promise<unknown[]> {
  return (await askPython({ decode: messages })) as unknown[];
}

async function askPython(order: unknown): Promise<unknown> {
  const python = await providePython();
  const stubs = await provideStubs(python);
  return JSON.parse(await run(python, [join(SOURCES, 'client.py'), stubs], JSON.stringify(order)));
}

/** The interpreter of an environment with the pinned packages, made once per list of pins. */
async function providePython(): Promise<string> {
  const pins = join(SOURCES, 'requirements.txt');
  const folder = join(CACHE, `env-${hashOf([pins])}`);
  await makeOnce(folder, async (making) => {
    await run('python3', ['-m', 'venv', making]).catch((cause: unknown) => {
      throw new Error('The consumer test needs python3 with venv: install it (Debian: apt-get install python3-venv).', {
        cause,
      });
    });
    await run(join(making, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--requirement', pins]);
  });
  return join(folder, 'bin/python');
}

/** The folder of the stubs, generated once per state of the protos. */
async function provideStubs(python: string): Promise<string> {
  const protos = globSync('dialplane/**/*.proto', { cwd: PROTOS }).sort();
  const folder = join(CACHE, `stubs-${hashOf(protos.map((proto) => join(PROTOS, proto)))}`);
  await makeOnce(folder, async (making) => {
    const out = [`--python_out=${making}`, `--grpc_python_out=${making}`];
    await run(python, ['-m', 'grpc_tools.protoc', `--proto_path=${PROTOS}`, ...out, ...protos]);
  });
  return folder;
}

/** Makes a folder under another name and moves it into place, so that a half-made one is never used. */
async function makeOnce(folder: string, make: (making: string) => Promise<void>): Promise<void> {
  if (existsSync(folder)) return;
  mkdirSync(CACHE, { recursive: true });
  const making = mkdtempSync(`${folder}-`);
  try {
    await make(making);
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    // Another process made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.slice(WORKSPACE.length)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** Runs a program to its end and returns what it prints; fails with what it complains about. */
async function run(program: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, args, { cwd: WORKSPACE, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  child.stdin.end(input);
  const [code, printed, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed (${code}): ${complaint}`);
  return printed;
}
