/**
 * Preloaded into a dispatcher: it stops itself, as by SIGSTOP from outside, at the place that a call's metadata names,
 * once, when it is the one that accepted the call; it writes its process id into the file that they name.
 */
import { appendFileSync } from 'node:fs';

import { rewriteSources } from '../sabotage/rewrite-sources.ts';
import { stopRewritings } from './stop-points.ts';

interface StoppedCall {
  readonly held: { readonly lease: { readonly fence: number } };
  readonly call: { readonly id: string; readonly metadata: { readonly stop_at?: string; readonly told_in?: string } };
}

const stopped = new Set<string>();

Object.assign(globalThis, {
  stopAt({ held, call }: StoppedCall, point: string): void {
    const { stop_at: wanted, told_in: file } = call.metadata;
    if (held.lease.fence !== 1 || wanted !== point || file === undefined || stopped.has(call.id)) return;
    stopped.add(call.id);
    appendFileSync(file, `${call.id} ${process.pid}\n`);
    process.kill(process.pid, 'SIGSTOP');
  },
});

rewriteSources(stopRewritings());
