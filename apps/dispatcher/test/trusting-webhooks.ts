/** Preloaded into a dispatcher: a webhook that says that the callee left is believed although the callee is there. */
import { registerHooks } from 'node:module';

const SABOTAGED = '/carry-out/follow-call.ts';
const LOOKED = 'const isTold = callee === undefined && ';

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith(SABOTAGED) || loaded.source === undefined || loaded.source === null) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    if (!source.includes(LOOKED)) throw new Error('There is nothing to sabotage.');
    return { ...loaded, source: source.replace(LOOKED, 'const isTold = ') };
  },
});
