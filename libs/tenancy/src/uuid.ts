/** The shape of a UUID of any version, as PostgreSQL prints one, in either case. */
export const UUID = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;

/** Whether the text has the shape of a UUID of any version, as PostgreSQL prints one. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
