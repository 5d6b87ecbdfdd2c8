/** Enum values without the prefix that the contract gives them, in lower case: `ROUTE_SOURCE_DATABASE` → `database`. */
export function word(value: string, prefix: string): string {
  return value.replace(`${prefix}_`, '').toLowerCase();
}
