/** `, ` or `: `, as PostgreSQL prints jsonb. */
const SEPARATOR_LENGTH = 2;

/**
 * Whether a JSON value, printed as PostgreSQL prints jsonb, has more characters than that. Looks no further than it
 * has to, so that neither depth nor size nor a cycle can do harm.
 */
export function isLongerThan(json: unknown, maxLength: number): boolean {
  let length = 0;
  const pending: unknown[] = [json];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') {
      // A text is at least as long in JSON as it is by itself.
      length += value.length > maxLength ? value.length : JSON.stringify(value).length;
    } else if (Array.isArray(value)) {
      length += value.length * SEPARATOR_LENGTH;
      if (length > maxLength) return true;
      for (const item of value) pending.push(item);
    } else if (typeof value === 'object' && value !== null) {
      length += 2;
      for (const key in value) {
        if (length + key.length > maxLength) return true;
        length += JSON.stringify(key).length + 2 * SEPARATOR_LENGTH;
        pending.push((value as Record<string, unknown>)[key]);
      }
    } else {
      length += String(value).length;
    }
    if (length > maxLength) return true;
  }
  return false;
}
