/** How many are listed: of many, nobody reads on. */
const LISTED = 10;

/** The first few of them by name, and how many there are besides. */
export function listSome<T>(all: readonly T[], name: (item: T) => string, separator = ', '): string {
  const names = all.slice(0, LISTED).map(name);
  if (all.length > LISTED) names.push(`and ${all.length - LISTED} more`);
  return names.join(separator);
}
