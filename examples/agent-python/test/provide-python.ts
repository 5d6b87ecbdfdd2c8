import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** The sample agent's folder. */
export const AGENT = resolve(import.meta.dirname, '..');

export interface AgentPython {
  /** An interpreter that has the agent's requirements. */
  readonly python: string;
  /** With the agent's modules and stubs on PYTHONPATH. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The agent's Python with its stubs, made once per user, list of pins and state of the protos: the first time it takes
 * minutes, 400 MB, `python3` with venv (Debian: python3-venv), and PyPI.
 */
export async function provideAgentPython(): Promise<AgentPython> {
  const provided = await run('python3', ['test/provide_python.py']);
  const { python, stubs } = JSON.parse(provided) as { python: string; stubs: string };
  return {
    python,
    env: { ...process.env, PYTHONPATH: `${join(AGENT, 'src')}:${stubs}`, PYTHONDONTWRITEBYTECODE: '1' },
  };
}

/** Runs a program in the agent's folder and returns what it prints; fails with what it complains about. */
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
