import type { Command } from 'commander';

import type { Report } from './report.ts';
import type { Tools } from './wire.ts';

/** What a command does, given its tools and then what commander read from the command line. */
type Action<A extends unknown[]> = (tools: Tools, ...args: A) => Promise<Report>;

/** Turns an action into what commander calls. `runCli` makes the one of a run. */
export type Act = <A extends unknown[]>(action: Action<A>) => (...args: A) => Promise<void>;

/** One verb: a file in `commands/`, named `<noun>-<verb>`. */
export type Verb = (act: Act) => Command;
