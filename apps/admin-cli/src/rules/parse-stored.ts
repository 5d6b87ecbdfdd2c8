/** JSON as PostgreSQL prints it; undefined when there is none, or JavaScript cannot hold it. */
export function parseStored(text: string | null | undefined): unknown {
  if (text === null || text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
