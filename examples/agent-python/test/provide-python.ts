import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** The sample agent's folder. */
export const AGENT = resolve(import.meta.dirname, '..');
const PROTOS = resolve(AGENT, '../../proto');
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'dialplane');

export interface AgentPython {
  /** An interpreter that has the agent's requirements. */
  readonly python: string;
  /** With the agent's modules and stubs on PYTHONPATH. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The agent's Python with stubs, as its README makes them; once per user, list of pins and state of the protos. The
 * first time takes a minute, and needs `python3` with venv and PyPI.
 */
export async function provideAgentPython(): Promise<AgentPython> {
  const pins = ['requirements.txt', 'constraints.txt'].map((file) => join(AGENT, file));
  const environment = await makeOnce(`agent-python-${hashOf(pins)}`, async (making) => {
    await run('python3', ['-m', 'venv', making]).catch((cause: unknown) => {
      throw new Error('The sample agent needs python3 with venv: install it (Debian: apt-get install python3-venv).', {
        cause,
      });
    });
    await run(join(making, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--requirement', pins[0] ?? '']);
  });
  const python = join(environment, 'bin/python');
  const protos = globSync('dialplane/v1/*.proto', { cwd: PROTOS })
    .sort()
    .map((proto) => join(PROTOS, proto));
  const stubs = await makeOnce(`agent-python-stubs-${hashOf([...pins, ...protos])}`, async (making) => {
    const out = [`--python_out=${making}`, `--grpc_python_out=${making}`];
    await run(python, ['-m', 'grpc_tools.protoc', '-I', PROTOS, ...out, ...protos]);
  });
  return { python, env: { ...process.env, PYTHONPATH: `${join(AGENT, 'src')}:${stubs}`, PYTHONDONTWRITEBYTECODE: '1' } };
}

/** Runs a program to its end and returns what it prints; fails with what it complains about. */
export async function run(
  program: string,
  args: readonly string[],
  { input = '', env = process.env }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const child = spawn(program, args, { cwd: AGENT, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  child.stdin.end(input);
  const [code, printed, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed (${code}): ${complaint}`);
  return printed;
}

/** Makes a folder under another name and moves it into place, so that a half-made one is never used. */
async function makeOnce(name: string, make: (making: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
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
  return folder;
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}
