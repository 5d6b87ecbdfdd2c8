import { registerHooks } from 'node:module';

export interface Rewriting {
  /** The end of the file's path. */
  readonly file: string;
  readonly replacements: readonly (readonly [RegExp, string])[];
}

/**
 * Loads some of Dialplane's files otherwise than they are written. Ends the process when there is nothing to replace: a
 * sabotage that does nothing would prove nothing.
 */
export function rewriteSources(rewritings: readonly Rewriting[]): void {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const ofFile = rewritings.filter(({ file }) => url.endsWith(file));
      if (ofFile.length === 0) return loaded;
      if (loaded.source === undefined || loaded.source === null) throw new Error(`${url} has no source.`);
      let source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      for (const [pattern, replacement] of ofFile.flatMap(({ replacements }) => replacements)) {
        if (!pattern.test(source)) throw new Error(`${url} has nothing like ${pattern}.`);
        source = source.replace(pattern, replacement);
      }
      return { ...loaded, source };
    },
  });
}
