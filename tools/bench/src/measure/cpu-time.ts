import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts a second of CPU time in, for processes that read of it. */
const TICKS_PER_SECOND = 100;

/** The CPU time of a process with all its threads, in microseconds; undefined where there is no /proc. */
export function cpuTime(pid: number): number | undefined {
  const ticks = readStat(pid);
  return ticks && ((ticks.user + ticks.system) / TICKS_PER_SECOND) * 1e6;
}

/** The same of a process and its children, such as a PostgreSQL server and its connections. */
export function cpuTimeWithChildren(pid: number): number | undefined {
  const own = cpuTime(pid);
  if (own === undefined) return undefined;
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && readStat(Number(name))?.parent === pid);
  return children.reduce((sum, child) => sum + (cpuTime(Number(child)) ?? 0), own);
}

/** The process that started another; undefined where there is no /proc. */
export function parentOf(pid: number): number | undefined {
  return readStat(pid)?.parent;
}

function readStat(pid: number): { parent: number; user: number; system: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // What comes before is the program's name, in brackets, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), user: Number(fields[11]), system: Number(fields[12]) };
  } catch {
    return undefined;
  }
}
