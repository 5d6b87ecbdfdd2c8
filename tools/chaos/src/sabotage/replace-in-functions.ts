import type { Sql } from '../checker/install-audit.ts';

/** Rewrites functions of the database. Rejects when there is nothing to rewrite: a sabotage that does nothing proves nothing. */
export async function replaceInFunctions(
  sql: Sql,
  schema: string,
  names: readonly string[],
  replacements: readonly (readonly [RegExp, string])[],
): Promise<void> {
  for (const name of names) {
    const [row] = await sql<{ definition: string }>(
      `SELECT pg_get_functiondef(p.oid) AS definition FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname = $1 AND p.proname = $2`,
      [schema, name],
    );
    if (row === undefined) throw new Error(`There is no function ${name}.`);
    let definition = row.definition;
    for (const [pattern, replacement] of replacements) {
      if (!pattern.test(definition)) throw new Error(`${name} has nothing like ${pattern}.`);
      definition = definition.replace(pattern, replacement);
    }
    await sql(definition);
  }
}
