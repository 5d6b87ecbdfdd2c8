/** Preloaded into a dispatcher: a call is written whether its idempotency key was taken or not. */
import { registerHooks } from 'node:module';

const SABOTAGED = '/repositories/calls/accept-call.ts';
const FROM_KEY = /FROM key CROSS JOIN/g;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(SABOTAGED)) return loaded;
    if (loaded.source === undefined || loaded.source === null) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    const sabotaged = source.replace(FROM_KEY, 'FROM (SELECT 1) AS anybody CROSS JOIN');
    if (sabotaged === source) throw new Error('There is nothing to sabotage.');
    return { ...loaded, source: sabotaged };
  },
});
